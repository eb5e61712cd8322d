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
  #session;
  #account = { username: "", password: "" };

  /** What the server should be asked, and the person told, goes through the `session`. */
  constructor(session) {
    this.#session = session;
  }

  /** The variables of the example called `name`, fresh each time. */
  async for(name) {
    return this[name]();
  }

  /** Remember whom a request signed up, so that "Sign in" comes filled in. */
  remember(request, result) {
    const input = request.variables?.input;
    if (result.data?.signup?.token && input?.password) this.#account = input;
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
    const postId = await this.#post(
      (post) => post.viewerCanLike && !post.viewerHasLiked,
      "There is no post yet that you may like: it has to be somebody else's. Sign up again to be somebody else.",
    );
    return { input: { postId } };
  }

  async UnlikePost() {
    const postId = await this.#post((post) => post.viewerHasLiked, "You like no post yet: run “Like a post” first.");
    return { input: { postId } };
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
    const id = await this.#post((post) => post.likeCount > 0, "Nobody likes a post yet: run “Like a post” first.");
    return { id, first: PAGE };
  }

  /** The ID of the newest post that is fit. Where there is none, the person is told `advice`. */
  async #post(isFit, advice) {
    const fit = (await this.#edges(50)).find((edge) => isFit(edge.node));
    if (!fit) this.#session.tell(advice);
    return fit?.node.id ?? "";
  }

  async #edges(first) {
    const result = await this.#session.send({ query: CANDIDATES, variables: { first } });
    return result.data?.feed.edges ?? [];
  }
}

/** Hexadecimal digits, two for each of the `bytes`. Not randomUUID, which plain http beyond localhost lacks. */
function random(bytes) {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
