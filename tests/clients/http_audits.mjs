// Asks a server what graphql-http's audits ask: `node http_audits.mjs URL`. Prints one line of JSON for each audit.
import { serverAudits } from "graphql-http";

const [url] = process.argv.slice(2);

for (const audit of serverAudits({ url })) {
  const { id, name, status, reason } = await audit.fn();
  console.log(JSON.stringify({ id, name, status, reason }));
}
