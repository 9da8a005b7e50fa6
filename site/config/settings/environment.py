"""Where the environment is read from, and the folders that every part of the settings starts from.

Every variable is named in ``.env.example``. A secret may be given as ``NAME_FILE`` instead, the path
of a file that holds it.
"""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parents[3]
SITE_DIR = BASE_DIR / "site"

env = environ.FileAwareEnv()
environ.Env.read_env(BASE_DIR / ".env")

DATA_DIR = Path(env.str("DATA_DIR", default="") or BASE_DIR / "var").resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
