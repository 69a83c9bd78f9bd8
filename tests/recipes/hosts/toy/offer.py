"""What the toy offers."""

from wizard.base.offer import Offer, PriceQuery

OFFER = Offer(
    label="Toy Box",
    service="toybox",
    regions={"eu-west-1": "Europe (Ireland)", "eu-north-1": "Europe (Stockholm)"},
    lacking=frozenset({"us-east-2"}),
    sizes={1024: (2048,), 512: (4096,)},
    longest_name=20,
    suffixes={"service": "-toy", "instance-role": "-toy-task"},
    documents=("toy.json", "toy-trust.json"),
    architectures=("arm64",),
    storage=1_000_000_000,
    domain="toybox.example",
    passed_to="toybox.amazonaws.com",
    closed="FW-APP-001",
    billed_as="AWS Toy Box",
    prices={"toy-hour": "the toy's hours"},
    price_queries=(PriceQuery("AWSToyBox", {"toy-hour": "Toy-Hours"}),),
    not_billed=("The toy's batteries are not counted.",),
    stop_it="aws toybox stop",
)
