"""Why a step in the books cannot be taken; each message is a sentence for the person who tried."""


class RevenueError(Exception):
    """The base of them all."""


class MonthClosedError(RevenueError):
    """The month takes no more entries, or cannot be closed now."""


class UnbalancedError(RevenueError):
    """An entry's postings do not add up to zero in each currency."""


class AlreadyPostedError(RevenueError):
    """The same thing was posted before; nothing was posted again."""


class UnreadableReportError(RevenueError):
    """A file cannot be read as a report, as a whole."""


class RefusedReportError(RevenueError):
    """A file was read, and something in it forbids posting it."""


class AgreementError(RevenueError):
    """A share agreement is missing, overlaps, or may not be changed like this."""


class OtherOwnerError(AgreementError):
    """A channel is shared, and by now it is somebody else's than of those who agreed to it."""


class SamePersonError(RevenueError):
    """Nobody approves what she prepared, or pays herself."""


class NotReadyError(RevenueError):
    """The statement or payout is in another state than this step needs."""


class HoldInPlaceError(RevenueError):
    """The statement is on hold."""


class VoidApprovalError(RevenueError):
    """The lines are not those that were approved."""


class PayoutDetailsError(RevenueError):
    """The payout details lead nowhere, or are missing."""
