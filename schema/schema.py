"""The one schema, put together."""

from graphene import ObjectType, Schema

from schema.mutations import accounts, people, posts, reports
from schema.queries import Query
from schema.types.scalars import SPECIFIED_BY_URL


class Mutation(ObjectType):
    """What can be done."""

    signup = accounts.Signup.field()
    token_auth = accounts.TokenAuth.field()
    refresh_token = accounts.RefreshToken.field()
    revoke_token = accounts.RevokeToken.field()
    end_session = accounts.EndSession.field()
    request_password_reset = accounts.RequestPasswordReset.field()
    reset_password = accounts.ResetPassword.field()
    request_email_confirmation = accounts.RequestEmailConfirmation.field()
    confirm_email = accounts.ConfirmEmail.field()
    delete_account = accounts.DeleteAccount.field()
    request_data_export = accounts.RequestDataExport.field()
    update_profile = accounts.UpdateProfile.field()
    change_password = accounts.ChangePassword.field()
    create_post = posts.CreatePost.field()
    edit_post = posts.EditPost.field()
    delete_post = posts.DeletePost.field()
    like_post = posts.LikePost.field()
    unlike_post = posts.UnlikePost.field()
    bookmark_post = posts.BookmarkPost.field()
    unbookmark_post = posts.UnbookmarkPost.field()
    follow = people.Follow.field()
    unfollow = people.Unfollow.field()
    block = people.Block.field()
    unblock = people.Unblock.field()
    mute = people.Mute.field()
    unmute = people.Unmute.field()
    report = reports.Report.field()
    mark_notifications_read = people.MarkNotificationsRead.field()


schema = Schema(query=Query, mutation=Mutation)
# Graphene's scalars cannot say where they are specified.
schema.graphql_schema.type_map["DateTime"].specified_by_url = SPECIFIED_BY_URL
