"""Where each rule of the fabric is checked: here, in another part of the program, or not at all, with the reason.

The ids are those of the list of rules that this project follows; documentation of all rules is made from this table.
"""

from enum import StrEnum

from fgd_sync.model.value import dataclass
from fgd_sync.rules.registry import RULES, Mark, document_rules


class Where(StrEnum):
    """Who checks a rule."""

    RULE = "rule"
    SCHEMA = "schema"
    READER = "reader"
    PLANNER = "planner"
    OTHER_RULE = "another rule"
    NEVER_BROKEN = "never broken"
    NOTHING_TO_CHECK = "nothing to check"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: its id, who checks it, and a remark ("" where a rule of this package speaks for itself)."""

    id: str
    where: Where
    remark: str = ""


_DEFAULTED = "The webhook's default fills it in before it is checked."
_FREE = "The fabric allows it: the rules above hold for the new version."
_PROFILE = "SW-016 reports the missing profile at the Switch itself."
_METADATA = "Only the META rules hold for this kind."

_ELSEWHERE: tuple[Row, ...] = (
    Row("META-007", Where.SCHEMA, "Unknown fields by the schema, duplicate keys by the reader."),
    Row("META-008", Where.PLANNER, "Duplicate documents are found when all sources are laid together."),
    Row("META-009", Where.SCHEMA, "Integer types and widths are part of the schema."),
    Row("META-010", Where.PLANNER, "Nulls are removed as the API server does; what is missing then is reported."),
    Row("VPC-003", Where.NEVER_BROKEN, _DEFAULTED),
    Row("VPC-004", Where.NEVER_BROKEN, _DEFAULTED),
    Row("VPC-014", Where.NEVER_BROKEN, _DEFAULTED),
    Row("VPC-034", Where.SCHEMA),
    Row("VPC-061", Where.NOTHING_TO_CHECK, _FREE),
    Row("ATT-010", Where.OTHER_RULE, "CONN-025 reports the missing switch at the Connection itself."),
    Row("ATT-012", Where.OTHER_RULE, _PROFILE),
    Row("ATT-017", Where.NOTHING_TO_CHECK, _FREE),
    Row("PEER-002", Where.SCHEMA),
    Row("PEER-005", Where.SCHEMA),
    Row("PEER-006", Where.NEVER_BROKEN, "No installer switches VPC peering off."),
    Row("PEER-012", Where.NOTHING_TO_CHECK, _FREE),
    Row("EXT-002", Where.NEVER_BROKEN, _DEFAULTED),
    Row("EXTA-006", Where.SCHEMA),
    Row("EXTA-030", Where.NOTHING_TO_CHECK, _FREE),
    Row("EXTP-008", Where.NOTHING_TO_CHECK, _FREE),
    Row("IPNS-004", Where.SCHEMA),
    Row("VLNS-001", Where.SCHEMA),
    Row("CONN-006", Where.SCHEMA),
    Row("CONN-009", Where.SCHEMA, "A list that is missing is reported by the rules on the devices."),
    Row("CONN-014", Where.SCHEMA),
    Row("CONN-015", Where.SCHEMA),
    Row("CONN-024", Where.NEVER_BROKEN, "spine-leaf is the only fabric mode."),
    Row("CONN-027", Where.OTHER_RULE, _PROFILE),
    Row("CONN-042", Where.NOTHING_TO_CHECK, _FREE),
    Row("SRV-001", Where.OTHER_RULE, _METADATA),
    Row("SW-001", Where.SCHEMA),
    Row("SW-008", Where.NEVER_BROKEN, _DEFAULTED),
    Row("SW-009", Where.SCHEMA),
    Row("SW-011", Where.SCHEMA),
    Row("SW-012", Where.SCHEMA),
    Row("SG-001", Where.OTHER_RULE, _METADATA),
    Row("SRVP-001", Where.OTHER_RULE, _METADATA),
    Row("DHCP-001", Where.PLANNER, "Resources of the controller are set aside."),
    Row("VINF-001", Where.PLANNER, "Resources of the controller are set aside."),
    Row("GW-003", Where.NEVER_BROKEN, _DEFAULTED),
    Row("GW-022", Where.NOTHING_TO_CHECK, _FREE),
    Row("GW-023", Where.NOT_CHECKED, "The gateway's own validator runs on the cluster only."),
    Row("GWP-003", Where.NEVER_BROKEN, _DEFAULTED),
    Row("GWP-014", Where.SCHEMA),
    Row("GWP-017", Where.SCHEMA),
    Row("GWP-019", Where.SCHEMA),
    Row("GWP-024", Where.SCHEMA),
    Row("GWP-033", Where.NOTHING_TO_CHECK, _FREE),
)


_IDS_ELSEWHERE = frozenset(row.id for row in _ELSEWHERE)


def is_about_settings(rule_id: str, kind: str) -> bool:
    """Whether what a rule says of a document depends on the settings; only rules for its kind are loaded for that."""
    if not rule_id or rule_id in _IDS_ELSEWHERE:
        return False
    found = document_rules(kind).get(rule_id) or RULES.get(rule_id)
    return found is not None and found.mark is Mark.CONFIG


def coverage_rows() -> tuple[Row, ...]:
    """Every rule of the fabric, in the order of the ids."""
    here = (Row(rule_id, Where.RULE) for rule_id in RULES)
    return tuple(sorted((*here, *_ELSEWHERE), key=lambda row: row.id))
