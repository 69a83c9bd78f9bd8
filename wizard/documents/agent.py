"""The agent's config: what App Runner hands to the agent as FORMAE_CONFIG."""

from wizard.answers import Answers
from wizard.documents.document import Document
from wizard.documents.templates import pkl_template
from wizard.values import SecretRef, Value

NAME = "agent.conf.pkl"


def agent_config(
    answers: Answers, *, cluster_arn: Value, secret_arn: Value, api_secret_arn: Value
) -> Document:
    """The agent's Pkl config; the only trace of the API password in it is its bcrypt hash."""
    keep = {word for word, on in (("auth", answers.protect), ("hide", answers.hide_itself)) if on}
    holes: dict[str, Value] = {
        "cluster_arn": cluster_arn,
        "secret_arn": secret_arn,
        "database": answers.database_name,
        "region": answers.region,
    }
    if answers.protect:
        holes["username"] = answers.api_user
        holes["password_hash"] = SecretRef(api_secret_arn, "bcrypt")
    return Document(
        name=NAME,
        title="The agent's config",
        why="Stored in Secrets Manager and handed to the agent when it starts. It names the "
        "database, and who may use the API.",
        body=pkl_template("agent.conf.pkl", holes, frozenset(keep)),
    )
