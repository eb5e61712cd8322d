"""Reports to the moderators."""

from typing import Any

from graphene import ID, InputField, String

from content.actions import reports
from schema.context import Context
from schema.engine.enums import enum_type
from schema.engine.ids import encode_id
from schema.keys import typed_key_of
from schema.mutations.base import Mutation

REPORT = {"Post": reports.report_post, "User": reports.report_user}
ReportReason = enum_type(
    "ReportReason",
    "What is wrong with a post or a user.",
    {
        "SPAM": "Advertising or repetition that nobody asked for.",
        "HARASSMENT": "An attack on somebody.",
        "ILLEGAL": "Against the law.",
        "OTHER": "Something else; say what in the comment.",
    },
)


class Report(Mutation):
    """Report a post or a user to the moderators. Safe to repeat while the report is open."""

    class Input:
        subject_id = InputField(ID, required=True, description="A post or a user.")
        reason = InputField(ReportReason, required=True, description="What is wrong.")
        comment = InputField(String, description="More about it, up to 1,000 characters.")

    class Payload:
        report_id = ID(description="The report's ID. It is no node: only the moderators read reports.")

    @staticmethod
    def act(context: Context, subject_id: str, **given: Any) -> dict[str, Any]:
        type_name, key = typed_key_of(tuple(REPORT), subject_id)
        reporter = context.signed_in().user
        report = REPORT[type_name](reporter=reporter, subject_id=key, **given)
        return {"report_id": encode_id("Report", report.pk)}
