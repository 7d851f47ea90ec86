"""`fgd explain`: what a code or rule means, and what to do."""

import click


@click.command("explain", short_help="Explain a code (FGD_1004) or a rule (VPC-056).")
@click.argument("word", metavar="CODE|RULE")
def command(word: str) -> int:
    """Explain a code (FGD_1004, SCHEMA_MISMATCH) or a rule (VPC-056): what it means, why, and what to do."""
    from fgd_sync.model.code import CODES
    from fgd_sync.render.explain import explain, find
    from fgd_sync.rules.registry import RULES

    known = find(word, CODES, RULES) is not None
    click.echo(explain(word, CODES, RULES), nl=False, err=not known)
    return 0 if known else 2
