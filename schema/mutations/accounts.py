"""Accounts: sign up, sign in, stay signed in, change one's profile and password."""

from typing import Any, ClassVar

from graphene import ID, Field, InputField, InputObjectType, Int, Interface, String

from accounts.actions import addresses, deletion, passwords, profile, sessions, signup
from accounts.actions.sessions import SignedIn
from content.actions import exports
from schema.context import Context
from schema.engine.ids import encode_id
from schema.keys import known_key_of
from schema.mutations.base import ERRORS, Mutation
from schema.types.scalars import DateTime
from schema.types.user import UserType
from schema.types.viewer import DataExportType


class AuthPayload(Interface):
    """What every mutation that signs you in returns. All null when `errors` is not empty."""

    token = String(description="Short-lived JWT. Send it as `Authorization: Bearer <token>`.")
    token_expires_at = DateTime(description="When `token` stops working.")
    refresh_token = String(
        description="Long-lived, single-use: `refreshToken` trades it for a new pair. Keep it secret."
    )
    refresh_token_expires_at = DateTime(description="When `refreshToken` stops working if it is not used.")
    errors = ERRORS


def signed_in(result: SignedIn, **more: Any) -> dict[str, Any]:
    """A payload's fields for somebody who just proved who they are."""
    return {
        "token": result.access.token,
        "token_expires_at": result.access.expires_at,
        "refresh_token": result.refresh_token,
        "refresh_token_expires_at": result.refresh_token_expires_at,
        **more,
    }


class WithUser:
    """The payload of a mutation after which one is somebody."""

    user = Field(UserType, description="Who is signed in.")


class TheUser:
    """The payload of a mutation about an account."""

    user = Field(UserType, description="Whose account it is.")


class Nothing:
    """The payload of a mutation that returns nothing of its own."""


class Signup(Mutation):
    """Create an account. The e-mail is checked with Hunter; the profile is enriched afterwards."""

    interfaces = (AuthPayload,)
    Payload = WithUser

    class Input:
        username = InputField(
            String, required=True, description="3 to 30 of A-Z, a-z, 0-9 and _; unique whatever the case."
        )
        email = InputField(
            String, required=True, description="An address that receives mail. Nobody else sees it."
        )
        password = InputField(String, required=True, description="10 to 128 characters, not a common one.")
        display_name = InputField(String, description="The name to show, up to 50 characters.")

    @staticmethod
    def act(context: Context, **given: Any) -> dict[str, Any]:
        result = signup.sign_up(**{"display_name": None, **given}, device=context.device)
        return signed_in(result, user=result.user)


class TokenAuth(Mutation):
    """Exchange username (or e-mail) and password for tokens."""

    interfaces = (AuthPayload,)
    Payload = WithUser

    class Input:
        username = InputField(String, required=True, description="Username or e-mail.")
        password = InputField(String, required=True, description="Your password.")

    @staticmethod
    def act(context: Context, **given: Any) -> dict[str, Any]:
        result = sessions.sign_in(**given, device=context.device)
        return signed_in(result, user=result.user)


class RefreshToken(Mutation):
    """Exchange a refresh token for a new pair. The old refresh token stops working (rotation)."""

    interfaces = (AuthPayload,)
    Payload = Nothing

    class Input:
        refresh_token = InputField(String, required=True, description="The refresh token that you hold.")

    @staticmethod
    def act(context: Context, **given: Any) -> dict[str, Any]:
        return signed_in(sessions.refresh_session(**given, device=context.device))


class RevokeToken(Mutation):
    """Sign out: revoke one refresh token (that is enough to prove it is yours), or, signed in, all of yours.
    Safe to repeat.
    """

    refused: ClassVar = {"revoked_count": 0}

    class Input:
        refresh_token = InputField(String, description="Left out: all of your refresh tokens.")

    class Payload:
        revoked_count = Int(required=True, description="How many sign-ins were ended.")

    @staticmethod
    def act(context: Context, refresh_token: str | None = None) -> dict[str, Any]:
        if refresh_token is None:
            user = context.signed_in().user
            return {"revoked_count": sessions.sign_out_everywhere(user=user, device=context.device)}
        ended = sessions.end_session_of_token(refresh_token=refresh_token, device=context.device)
        return {"revoked_count": ended}


class EndSession(Mutation):
    """End one of your sessions (see `Viewer.sessions`). Safe to repeat."""

    class Input:
        session_id = InputField(ID, required=True, description="The session's global ID.")

    class Payload:
        ended_session_id = Field(ID, description="The ID that was sent.")

    @staticmethod
    def act(context: Context, session_id: str) -> dict[str, Any]:
        key, user = known_key_of("Session", session_id, "session_id"), context.signed_in().user
        sessions.end_session(user=user, session_id=key, device=context.device)
        return {"ended_session_id": session_id}


class CompanyInput(InputObjectType):
    """An employer, as typed by the user."""

    name = InputField(String, required=True, description="Up to 100 characters.")
    domain = InputField(String, description="Its domain name.")
    title = InputField(String, description="What you do there, up to 100 characters.")


class UpdateProfile(Mutation):
    """Change your profile. Fields left out stay as they are; null clears."""

    class Input:
        display_name = InputField(String, description="Up to 50 characters. Cleared: the username is shown.")
        bio = InputField(String, description="Up to 500 characters.")
        location = InputField(String, description="Up to 100 characters.")
        website = InputField(String, description="An http or https address up to 300 characters.")
        avatar_url = InputField(String, description="An http or https address up to 300 characters.")
        company = InputField(CompanyInput, description="Your employer.")

    class Payload:
        user = Field(UserType, description="Your profile as it is now.")

    @staticmethod
    def act(context: Context, **given: Any) -> dict[str, Any]:
        if given.get("company") is not None:
            given["company"] = profile.CompanyChange(**given["company"])
        return {"user": profile.update_profile(user=context.signed_in().user, **given)}


class ChangePassword(Mutation):
    """Change your password; revokes your other sessions."""

    interfaces = (AuthPayload,)
    Payload = Nothing

    class Input:
        current_password = InputField(String, required=True, description="The password you have.")
        new_password = InputField(
            String, required=True, description="10 to 128 characters, not a common one."
        )

    @staticmethod
    def act(context: Context, **given: Any) -> dict[str, Any]:
        session = context.signed_in()
        return signed_in(passwords.change_password(session=session, **given, device=context.device))


class RequestDataExport(Mutation):
    """Have everything we hold about you put into an archive; see `Viewer.dataExports`."""

    class Input:
        password = InputField(String, required=True, description="Your password.")

    class Payload:
        data_export = Field(DataExportType, description="The archive that is being made.")

    @staticmethod
    def act(context: Context, password: str) -> dict[str, Any]:
        user = context.signed_in().user
        export = exports.request_data_export(user=user, password=password, device=context.device)
        return {"data_export": export}


class DeleteAccount(Mutation):
    """Delete your account and all you posted. Cannot be undone."""

    class Input:
        password = InputField(String, required=True, description="Your password.")

    class Payload:
        deleted_user_id = Field(ID, description="The ID that was yours.")

    @staticmethod
    def act(context: Context, password: str) -> dict[str, Any]:
        user = context.signed_in().user
        deletion.delete_account(user=user, password=password, device=context.device)
        return {"deleted_user_id": encode_id("User", user.pk)}


class RequestPasswordReset(Mutation):
    """Mail a reset link. Answers the same whether the address is known or not."""

    Payload = Nothing

    class Input:
        email = InputField(String, required=True, description="The address of your account.")

    @staticmethod
    def act(context: Context, email: str) -> dict[str, Any]:
        passwords.request_password_reset(email=email, device=context.device)
        return {}


class ResetPassword(Mutation):
    """Set a new password with the token from the mail; ends every session of the account and signs you in."""

    interfaces = (AuthPayload,)
    Payload = WithUser

    class Input:
        token = InputField(String, required=True, description="The token from the mail.")
        new_password = InputField(
            String, required=True, description="10 to 128 characters, not a common one."
        )

    @staticmethod
    def act(context: Context, **given: Any) -> dict[str, Any]:
        result = passwords.reset_password(**given, device=context.device)
        return signed_in(result, user=result.user)


class RequestEmailConfirmation(Mutation):
    """Mail a confirmation link to your address, or to the new one that you want. Safe to repeat."""

    Payload = Nothing

    class Input:
        email = InputField(
            String,
            description=(
                "Left out: your present address. Otherwise the address to change to; needs `password`."
            ),
        )
        password = InputField(String, description="Your password, to change your address.")

    @staticmethod
    def act(context: Context, **given: Any) -> dict[str, Any]:
        user = context.signed_in().user
        addresses.request_email_confirmation(user=user, **given, device=context.device)
        return {}


class ConfirmEmail(Mutation):
    """Confirm an address with the token from the mail. Safe to repeat."""

    Payload = TheUser

    class Input:
        token = InputField(String, required=True, description="The token from the mail.")

    @staticmethod
    def act(context: Context, token: str) -> dict[str, Any]:
        return {"user": addresses.confirm_email(token=token, device=context.device)}
