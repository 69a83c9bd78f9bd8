"""AWS's clock where it differs from this machine's: the date of answers, and stale signatures."""

from datetime import UTC, datetime, timedelta

from wizard.standin.call import AwsError, Call

FRESH = timedelta(minutes=5)
FORM = "%Y%m%dT%H%M%SZ"


def theirs(skew: float) -> datetime:
    """What AWS's clock says."""
    return datetime.now(UTC) + timedelta(seconds=skew)


def demand_fresh(call: Call, skew: float, *, xml: bool) -> None:
    """Raise as AWS does where a request was signed too long ago, or in the future."""
    told = call.request.headers.get("X-Amz-Date", "")
    if not told:
        return  # the stand-in agent's own calls bear no date
    now = theirs(skew)
    signed = datetime.strptime(told, FORM).replace(tzinfo=UTC)
    code = "SignatureDoesNotMatch" if xml else "InvalidSignatureException"
    if signed < now - FRESH:
        edge = f"{now - FRESH:{FORM}} ({now:{FORM}} - 5 min.)"
        raise AwsError(code, f"Signature expired: {told} is now earlier than {edge}", 403)
    if signed > now + FRESH:
        edge = f"{now + FRESH:{FORM}} ({now:{FORM}} + 5 min.)"
        raise AwsError(code, f"Signature not yet current: {told} is still later than {edge}", 403)
