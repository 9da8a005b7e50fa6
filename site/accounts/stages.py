"""A step of signing in that allauth takes differently."""

from typing import Any

from allauth.account import stages


class EmailVerificationStage(stages.EmailVerificationStage):
    """Ask for the code sent by e-mail, unless she joined by phone and has no address."""

    def handle(self) -> tuple[Any, bool]:
        """Return (response, go on), as allauth's stages do."""
        user = self.login.user
        if user is not None and not user.email:
            return None, True
        return super().handle()
