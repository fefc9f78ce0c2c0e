"""YAML files that people write, read with messages that name file, line and column."""

from pathlib import Path
from typing import Any

import yaml

from authpulse.errors import InputError


def read_yaml(path: Path) -> Any:
    """The document in a YAML file. Raises InputError for a file that cannot be read or is not one YAML document."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not a text file in UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise InputError(f"{place}: not YAML: {getattr(error, 'problem', None) or error}") from error
