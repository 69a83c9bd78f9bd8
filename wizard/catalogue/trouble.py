"""AWS in general, and the way there."""

from wizard.catalogue.entry import Entry, Sign

_BUDGET = "It asks again for 10 minutes, in longer and longer pauses, and says so meanwhile."

ENTRIES = (
    Entry(
        code="FW-AWS-001",
        title="AWS is limiting how fast this account may ask",
        why="AWS is limiting how fast this account may ask, even after several tries.",
        fix="Wait a minute and run the same command again: it goes on from here.",
        causes=("Another program in the same account asks very often.",),
        alone=_BUDGET,
        signs=(
            Sign(codes=("Throttl*", "TooManyRequests*", "RequestLimitExceeded", "SlowDown")),
            Sign(codes=("BandwidthLimitExceeded", "PriorRequestNotComplete")),
        ),
    ),
    Entry(
        code="FW-AWS-002",
        title="AWS has trouble of its own",
        why="The service had a mistake of its own, even after several tries.",
        fix="See https://health.aws.amazon.com/health/status, wait, and run the same command "
        "again: it goes on from here.",
        alone=f"{_BUDGET} What may have been done is looked for before it is done again.",
        signs=(
            Sign(codes=("Internal*", "ServiceFailure", "ServerException", "InternalFailure")),
            Sign(codes=("ServiceUnavailable*",)),
        ),
    ),
    Entry(
        code="FW-AWS-003",
        title="A quota of the account is used up",
        why="A quota of the account is used up.",
        fix="Free something or ask for more in the Service Quotas console.",
        causes=("Things that nobody uses any more; failed App Runner services count too.",),
        alone="It looks at the quotas it can see before the first change.",
        signs=(Sign(codes=("*QuotaExceeded*", "*LimitExceeded*")),),
    ),
    Entry(
        code="FW-AWS-006",
        title="The account is not activated for this service",
        why="AWS lets the account use the service only after its sign-up was completed.",
        fix="Complete it in the Billing console (payment method, telephone), which takes up to a "
        "day to be known everywhere, or use another account.",
        causes=("A new account.", "An account that was suspended or closed."),
        signs=(Sign(codes=("SubscriptionRequired*", "OptInRequired*", "NotSignedUp*")),),
    ),
    Entry(
        code="FW-AWS-007",
        title="It is protected against deletion",
        why="Somebody switched that on, so that it does not go by mistake.",
        fix="Take the protection off in the console, if that is right, and run the same command "
        "again.",
        signs=(Sign(words=r"deletion.?protection"),),
    ),
    Entry(
        code="FW-AWS-004",
        title="AWS does not take a value",
        why="A value that was sent does not fit.",
        fix="Change what the message speaks of, an answer or the thing itself, and run the same "
        "command again.",
        causes=("A value AWS's own model allows, but the service does not.",),
        signs=(
            Sign(codes=("Validation*", "InvalidParameter*", "ParamValidation")),
            Sign(codes=("MalformedInput*", "SerializationException")),
        ),
    ),
    Entry(
        code="FW-AWS-005",
        title="Somebody else is changing the same thing",
        why="Another change of the same thing is under way.",
        fix="Wait a minute and run the same command again: it goes on from here.",
        causes=("A second run, a console, a pipeline.",),
        alone=_BUDGET,
        signs=(Sign(codes=("ConcurrentModification*", "EntityTemporarilyUnmodifiable*")),),
    ),
    Entry(
        code="FW-AWS-099",
        title="AWS refuses, with words the catalogue does not know",
        fix="Repair what the message names, then run the same command again: it goes on from here.",
        alone="What does not depend on the refused step goes on to its end.",
    ),
    Entry(
        code="FW-NET-001",
        title="AWS cannot be reached",
        fix="Check the network, the proxy settings (HTTPS_PROXY) and the region's name.",
        causes=("No network.", "A proxy that is not set, or asks for a password.", "Slow DNS."),
        alone=_BUDGET,
    ),
    Entry(
        code="FW-NET-002",
        title="AWS did not answer",
        fix="Check the network, the proxy settings (HTTPS_PROXY) and the region's name.",
        causes=("The connection broke on the way back, so it may have been done.",),
        alone=f"{_BUDGET} It looks what was done before it does anything again.",
    ),
    Entry(
        code="FW-NET-003",
        title="The secure connection to AWS could not be made",
        fix="Behind a proxy that inspects TLS, set AWS_CA_BUNDLE to its certificate.",
        causes=("A proxy that inspects TLS.", "The clock is wrong by days."),
    ),
    Entry(
        code="FW-NET-004",
        title="AWS could not be asked",
        fix="Check the AWS configuration of this machine, then try again.",
        causes=("A mistake in ~/.aws/config.", "An unknown region."),
    ),
    Entry(
        code="FW-NET-005",
        title="AWS cannot be reached through such a proxy",
        fix="Let HTTPS_PROXY name an HTTP proxy (http://host:port), or unset it.",
        causes=("A SOCKS proxy, which AWS's library cannot use.", "A typing mistake."),
    ),
)
