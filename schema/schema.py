"""The one schema, put together."""

from graphene import ObjectType, Schema

from schema.mutations import accounts, posts
from schema.queries import Query


class Mutation(ObjectType):
    """What can be done."""

    signup = accounts.Signup.field()
    token_auth = accounts.TokenAuth.field()
    refresh_token = accounts.RefreshToken.field()
    revoke_token = accounts.RevokeToken.field()
    update_profile = accounts.UpdateProfile.field()
    change_password = accounts.ChangePassword.field()
    create_post = posts.CreatePost.field()
    edit_post = posts.EditPost.field()
    delete_post = posts.DeletePost.field()
    like_post = posts.LikePost.field()
    unlike_post = posts.UnlikePost.field()


schema = Schema(query=Query, mutation=Mutation)
