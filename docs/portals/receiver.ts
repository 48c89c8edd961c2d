// Keep a copy of what a cluster publishes: load it by /sync, then follow its webhooks.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

type Node = { id: string; version: number; kind: string; url: string | null; item: unknown };
type Page = { cursor: string; hasMore: boolean; items: Node[] };
type Copy = { cursor: string | null; items: Record<string, Node> };

const { SYNC_URL = "", PORTAL_KEY, WEBHOOK_SECRET = "", COPY = "copy.json", PORT = "9000" } = process.env;
const headers: Record<string, string> = PORTAL_KEY ? { Authorization: `Bearer ${PORTAL_KEY}` } : {};
let copy: Copy = existsSync(COPY) ? JSON.parse(readFileSync(COPY, "utf8")) : { cursor: null, items: {} };

/** Read what changed since the last time; everything, when there was none. */
async function catchUp(): Promise<void> {
  for (let more = true; more; ) {
    const query = copy.cursor ? `?after=${encodeURIComponent(copy.cursor)}` : "";
    const answer = await fetch(SYNC_URL + query, { headers, signal: AbortSignal.timeout(30_000) });
    if (answer.status === 410) {
      copy = { cursor: null, items: {} }; // too old, or a backup was restored: begin again
      continue;
    }
    if (!answer.ok) throw new Error(`/sync answered ${answer.status}: ${await answer.text()}`);
    const page = (await answer.json()) as Page;
    for (const node of page.items) {
      if (node.kind === "WITHDRAWN") delete copy.items[node.id];
      else copy.items[node.id] = node;
    }
    copy.cursor = page.cursor;
    writeFileSync(`${COPY}.new`, JSON.stringify(copy)); // the items and the cursor in one step,
    renameSync(`${COPY}.new`, COPY); // so a crash loses nothing
    more = page.hasMore;
  }
}

let turn = catchUp(); // one at a time: a webhook waits for the one before

/** Check who says that something changed, catch up, and only then say that it arrived. */
async function answerTo(request: IncomingMessage): Promise<number> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  try {
    const said = request.headers as Record<string, string>;
    new Webhook(WEBHOOK_SECRET).verify(Buffer.concat(parts), said);
    await (turn = turn.then(catchUp, catchUp));
    return 204;
  } catch (error) {
    return error instanceof WebhookVerificationError ? 401 : 503; // 503: the webhook comes again
  }
}

await turn;
createServer(async (request, response) => {
  response.writeHead(await answerTo(request)).end();
}).listen(Number(PORT));
