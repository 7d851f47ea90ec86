"""The settings of `fgd_config.yaml`, typed, with their defaults. Names are a contract with users."""

from fgd_sync.model.value import dataclass, field


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and after how many seconds a failed remote call is tried again."""

    max_attempts: int = 3
    initial_delay: float = 1.0
    backoff_factor: float = 2.0
    max_delay: float = 60.0


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """Limits of one run; times in seconds."""

    timeout_seconds: int = 300
    max_concurrent_syncs: int = 10
    retry_policy: RetryPolicy = RetryPolicy()
    lock_timeout: int = 30
    state_refs: str = "refs/fgd"
    history_retention_days: int = 30


@dataclass(frozen=True, slots=True)
class DirectorySettings:
    """What a sync may do to the structure of a fabric directory."""

    auto_initialize: bool = True
    auto_repair: bool = True
    validation_mode: str = "strict"
    required_subdirs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ValidationRules:
    """Checks beyond the fabric's own."""

    enforce_namespaces: bool = True
    require_labels: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """How many resources a plan may delete: the number, and the per cent of those managed.

    The share counts from 5 deletions on; below 100 a plan may not delete all, however few they are.
    """

    max_deletes: int = 20
    max_delete_percent: int = 25


@dataclass(frozen=True, slots=True)
class IngestionSettings:
    """What is read from raw/ and what becomes of it."""

    batch_size: int = 50
    max_file_size_mb: int = 10
    max_document_size_kb: int = 1024
    max_documents_per_file: int = 1000
    worker_pool_size: int = 0
    supported_extensions: tuple[str, ...] = (".yaml", ".yml", ".json")
    archive: str = "rename"
    validation_rules: ValidationRules = ValidationRules()
    rules: dict[str, str] = field(default_factory=dict)
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class GitHubSettings:
    """How commits reach GitHub; times in seconds."""

    enabled: bool = True
    rate_limit_buffer: int = 100
    connection_timeout: int = 30
    read_timeout: int = 60
    commit_mode: str = "push"


@dataclass(frozen=True, slots=True)
class NetBoxObjectSettings:
    """The object of NetBox that stands for a fabric where there is no plugin; `{fabric}` is the fabric's name."""

    type: str = "virtualization.cluster"
    name: str = "{fabric}"
    slug: str = ""


@dataclass(frozen=True, slots=True)
class NetBoxLimits:
    """How many objects one report may delete: the number, and the per cent of those that are ours (from 5 on)."""

    max_deletes: int = 50
    max_delete_percent: int = 25


@dataclass(frozen=True, slots=True)
class NetBoxSettings:
    """Where and how results are reported to NetBox; times in seconds.

    `create`: whether the fabric's object, custom fields and the tag may be made. `timeout_seconds`: for one request.
    `report_seconds`: for all requests of one fabric.
    """

    url: str = ""
    target: str = "auto"
    on_failure: str = "warn"
    create: bool = True
    object: NetBoxObjectSettings = NetBoxObjectSettings()
    inventory: bool = False
    site: str = "{fabric}"
    limits: NetBoxLimits = NetBoxLimits()
    timeout_seconds: int = 30
    report_seconds: int = 300


@dataclass(frozen=True, slots=True)
class PullSettings:
    """How what was changed in NetBox comes to git.

    `mode`: by a pull request for each fabric, or by a push. `conflicts`: who wins where both sides changed the same
    field; `ask`: nobody, until a person decides.
    """

    mode: str = "pull-request"
    conflicts: str = "ask"


@dataclass(frozen=True, slots=True)
class EventSettings:
    """Where events go besides this process."""

    redis_url: str = ""


@dataclass(frozen=True, slots=True)
class VlanRange:
    """VLANs from..to, both included. `from` is a Python keyword: the field is `start`, the setting `from`."""

    start: int
    to: int


@dataclass(frozen=True, slots=True)
class FabricSettings:
    """What the rules must know of the installation. Defaults: those of the vendor's installer."""

    release: str = "26.03"
    gateway: bool = False
    reserved_subnets: tuple[str, ...] = ()
    spine_asn: int = 65100
    leaf_asns: tuple[int, int] = (65101, 65533)
    gateway_asn: int = 65534
    vpc_irb_vlans: tuple[VlanRange, ...] = (VlanRange(3000, 3899),)
    th5_workaround_vlans: tuple[VlanRange, ...] = (VlanRange(3900, 3999),)
    gateway_communities: dict[str, str] = field(default_factory=dict)
    mtu: int = 9100
    include_clsp_profiles: bool = False
    include_cumulus_profiles: bool = False


@dataclass(frozen=True, slots=True)
class FabricEntry:
    """One fabric named in the configuration. `path` is relative to the repository root.

    `fabric` has its own settings, completed with those of the block `fabric:`; None: it has none of its own. So does
    `pull`.
    """

    name: str
    path: str
    netbox_id: int | None = None
    fabric: FabricSettings | None = None
    pull: PullSettings | None = None


@dataclass(frozen=True, slots=True)
class AlertThresholds:
    """Values beyond which monitoring speaks up."""

    sync_duration_seconds: int = 300
    error_rate_percent: int = 5
    queue_depth: int = 100


@dataclass(frozen=True, slots=True)
class MonitoringSettings:
    """Where metrics go, and when monitoring speaks up."""

    metrics_file: str = ""
    pushgateway_url: str = ""
    alert_thresholds: AlertThresholds = AlertThresholds()
    on_alert: str = "warn"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings: what stands under `fgd:`."""

    enabled: bool = True
    debug_mode: bool = False
    fabrics: tuple[FabricEntry, ...] = ()
    sync: SyncSettings = SyncSettings()
    directory: DirectorySettings = DirectorySettings()
    ingestion: IngestionSettings = field(default_factory=IngestionSettings)
    github: GitHubSettings = GitHubSettings()
    netbox: NetBoxSettings = NetBoxSettings()
    pull: PullSettings = PullSettings()
    events: EventSettings = EventSettings()
    fabric: FabricSettings = field(default_factory=FabricSettings)
    monitoring: MonitoringSettings = field(default_factory=MonitoringSettings)

    def pull_of(self, fabric: str) -> PullSettings:
        """How a fabric is pulled: as it says itself, else as all are."""
        own = (entry.pull for entry in self.fabrics if entry.name == fabric)
        return next(own, None) or self.pull
