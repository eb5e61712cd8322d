// The example operations, and variables that make each of them work at once.

const CANDIDATES = `query Candidates($first: Int) {
  feed(first: $first) {
    edges { cursor node { id likeCount viewerHasLiked viewerCanLike } }
  }
}`;
const PAGE = 5;

/** Fetch the examples, in the order a newcomer needs them. Blank lines in the file part them. */
export async function loadExamples(url) {
  const text = await (await fetch(url)).text();
  return text
    .trim()
    .split(/\n{2,}/)
    .map((query) => ({
      title: query.match(/^# (.+)/)[1],
      name: query.match(/^(?:query|mutation) (\w+)/m)[1],
      query,
    }));
}

/** Works out variables for the examples; where they depend on what is there, by asking the server. */
export class Variables {
  #send;
  #account = { username: "", password: "" };

  /** `send` takes a GraphQL request and returns its result. */
  constructor(send) {
    this.#send = send;
  }

  /** The variables of the example called `name`, fresh each time. */
  async for(name) {
    return this[name]();
  }

  /** Remember whom a request signed up, so that "Sign in" is as good as filled in. */
  notice(request, result) {
    if (result.data?.signup?.token) this.#account = request.variables.input;
  }

  SignUp() {
    const username = `newcomer_${random(4)}`;
    return { input: { username, email: `${username}@example.com`, password: `open-sesame-${random(4)}` } };
  }

  SignIn() {
    const { username, password } = this.#account;
    return { input: { username, password } };
  }

  CreatePost() {
    return { input: { body: "Hello from GraphiQL!" } };
  }

  async LikePost() {
    const posts = await this.#posts();
    return { input: { postId: idOf(posts, (post) => post.viewerCanLike && !post.viewerHasLiked) } };
  }

  async UnlikePost() {
    return { input: { postId: idOf(await this.#posts(), (post) => post.viewerHasLiked) } };
  }

  ReadFeed() {
    return { first: PAGE };
  }

  async NextPage() {
    const edges = await this.#edges(PAGE);
    return { first: PAGE, after: edges.at(-1)?.cursor ?? null };
  }

  YourProfile() {
    return { first: PAGE };
  }

  BrowseUsers() {
    return { filter: { hasUnlikedPosts: true }, first: PAGE };
  }

  async PostWithLikes() {
    const posts = await this.#posts();
    return { id: idOf(posts, (post) => post.likeCount > 0) || idOf(posts, () => true), first: PAGE };
  }

  async #posts() {
    return (await this.#edges(50)).map((edge) => edge.node);
  }

  async #edges(first) {
    const result = await this.#send({ query: CANDIDATES, variables: { first } });
    return result.data?.feed.edges ?? [];
  }
}

function idOf(posts, isFit) {
  return posts.find(isFit)?.id ?? "";
}

/** Hexadecimal digits, two for each of the `bytes`. Not randomUUID, which plain http beyond localhost lacks. */
function random(bytes) {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
