"""The command `fgd`: one file per subcommand; `main` is the composition root and the only exception handler."""
