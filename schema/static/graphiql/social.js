// The page: GraphiQL, the examples above it, and who is signed in.

import { Variables, loadExamples } from "./examples.js";
import { Session } from "./session.js";

// GraphiQL's dialogs lock scrolling by a <style> element, to which they give this nonce.
window.__webpack_nonce__ = document.querySelector("link[nonce]").nonce;

const { Fragment, createElement, useEffect } = window.React;
const { createRoot } = window.ReactDOM;
const { GraphiQL } = window;
const BLANK = "# Write an operation here, or pick an example above.\n"; // "" would get GraphiQL's own long welcome

const page = Object.fromEntries(
  ["graphiql", "examples", "who", "sign-out", "notice"].map((id) => [id, document.getElementById(id)]),
);
const storage = allowedStorage();
const session = new Session(location.pathname, storage, showSession);
const variables = new Variables(session);
const examples = await loadExamples(page.graphiql.dataset.examples);
let editors = null; // GraphiQL's own tabs and editors, once they are there
let opening = null; // the example clicked last
let toFill = null; // what the editors will show of it, once GraphiQL is at its tab

page["sign-out"].addEventListener("click", () => session.signOut());
page.examples.append(...examples.map(exampleItem));
showSession();
page.graphiql.replaceChildren();
createRoot(page.graphiql).render(
  createElement(
    GraphiQL,
    {
      fetcher,
      // Not localStorage: tabs and history contain passwords, and must not outlive the browser's tab.
      storage,
      shouldPersistHeaders: false,
      inputValueDeprecation: true,
      defaultQuery: BLANK,
      defaultEditorToolsVisibility: "variables",
    },
    createElement(Editors),
    createElement(GraphiQL.Toolbar, null, ({ prettify, merge, copy }) => [
      ...Object.entries({ prettify, merge, copy }).map(([key, button]) => createElement(Fragment, { key }, button)),
      createElement(ExplainButton, { key: "explain" }),
    ]),
  ),
);

/** A component that shows nothing; it is how this file gets at GraphiQL's state. */
function Editors() {
  editors = GraphiQL.React.useEditorContext();
  const areReady = Boolean(editors.queryEditor && editors.variableEditor && editors.responseEditor);
  useEffect(() => {
    if (areReady && isBlank(editors.queryEditor.getValue())) openExample(examples[0]);
  }, [areReady]);
  useEffect(fillEditors);
  return null;
}

/** Tells what the operation in the editor would need, instead of running it. */
function ExplainButton() {
  return createElement(GraphiQL.React.ToolbarButton, { label: "Explain: what may it need?", onClick: explain }, "Σ");
}

async function explain() {
  session.tell("");
  const { queryEditor, variableEditor, responseEditor, tabs, activeTabIndex } = editors;
  const request = { query: queryEditor.getValue(), extensions: { explain: true } };
  try {
    request.variables = JSON.parse(variableEditor.getValue() || "{}");
  } catch {
    session.tell("The variables are no JSON.");
    return;
  }
  const { operationName } = tabs[activeTabIndex];
  if (operationName) request.operationName = operationName;
  const { errors, extensions } = await session.send(request);
  const response = JSON.stringify(errors ? { errors } : extensions.explain, null, 2);
  responseEditor.setValue(response);
  editors.updateActiveTabValues({ response });
}

async function fetcher(request, { headers } = {}) {
  if (request.operationName !== "IntrospectionQuery") session.tell("");
  const result = await session.send(request, headers);
  variables.remember(request, result);
  return result;
}

function exampleItem(example) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = example.title;
  button.addEventListener("click", () => {
    session.tell("");
    openExample(example);
  });
  const item = document.createElement("li");
  item.append(button);
  return item;
}

/** Show an example in its own tab: the one that has it already, or the present one if it is empty, or a new one. */
async function openExample(example) {
  opening = example;
  const values = await variables.for(example.name);
  // In a task of its own, like GraphiQL's own updates of tabs: React then runs each once, in the order they came.
  setTimeout(() => {
    if (opening !== example) return; // another one was clicked meanwhile
    toFill = { index: goToTabFor(example), example, values: JSON.stringify(values, null, 2) };
    editors.updateActiveTabValues({ response: null });
  });
}

/** Have GraphiQL change to the tab for an example, once it renders. Returns the tab's index. */
function goToTabFor(example) {
  const { tabs, activeTabIndex, queryEditor } = editors;
  const index = tabs.findIndex((tab) => tab.query === example.query);
  if (index === activeTabIndex || (index < 0 && isBlank(queryEditor.getValue()))) return activeTabIndex;
  if (index >= 0) editors.changeTab(index);
  else editors.addTab();
  return index >= 0 ? index : tabs.length;
}

/** Once GraphiQL is at the tab for an example, put the example into the editors. */
function fillEditors() {
  if (toFill?.index !== editors.activeTabIndex) return;
  const { example, values } = toFill;
  toFill = null;
  editors.queryEditor.setValue(example.query);
  editors.variableEditor.setValue(values);
  editors.responseEditor.setValue("");
  editors.setOperationName(example.name);
  editors.updateActiveTabValues({ query: example.query, variables: values });
  document.querySelector(".graphiql-tab-active").scrollIntoView({ block: "nearest" });
}

function isBlank(query) {
  return query === BLANK || !query.trim();
}

function showSession() {
  const name = session.username ? `Signed in as @${session.username}` : "Signed in";
  page.who.textContent = session.isSignedIn ? name : "Not signed in";
  page["sign-out"].hidden = !session.isSignedIn;
  page.notice.textContent = session.notice;
  page.notice.hidden = !session.notice;
}

/** sessionStorage, or null where the browser denies it. */
function allowedStorage() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}
