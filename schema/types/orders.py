"""The orders lists come in. A cursor is bound to its order's name, not to a list."""

from schema.engine.keyset import Order

POSTS_BY_TIME = Order("post.time", ("id",))
POSTS_BY_LIKES = Order("post.likes", ("like_count", "id"))
REPLIES_BY_TIME = Order("post.time", ("id",), descending=False)
TAGGED_BY_TIME = Order("post.time", ("post_id",))
EDITS_BY_TIME = Order("edit.time", ("id",))
LIKES_BY_TIME = Order("like.time", ("id",))
BOOKMARKS_BY_TIME = Order("bookmark.time", ("id",))
FOLLOWS_BY_TIME = Order("follow.time", ("id",))
BLOCKS_BY_TIME = Order("block.time", ("id",))
MUTES_BY_TIME = Order("mute.time", ("id",))
NOTIFICATIONS_BY_TIME = Order("notification.time", ("id",))
USERS_BY_TIME = Order("user.time", ("id",))
USERS_BY_NAME = Order("user.name", ("username_lower", "id"))
USERS_BY_POSTS = Order("user.posts", ("post_count", "id"))
POSTS_FOUND = Order("post.time", ("found_key",), twin="id")
PEOPLE_FOUND = Order("user.found", ("search_rank", "username_lower", "id"), descending=False)
HASHTAGS_BY_NAME = Order("hashtag.name", ("name", "id"), descending=False)
USERS_BY_FOLLOWERS = Order("user.followers", ("follower_count", "id"))
