// How a frontend uses the generated types. `make typescript` compiles this with --strict.
import { documentIds } from "./generated/documents";
import type { NewsItemAnswer, NewsListVariables, Operations, Page } from "./generated/types";

/** Ask by id alone: short, and a cache on the way can keep the answer. */
export async function askById<Name extends keyof Operations>(
  endpoint: string,
  name: Name,
  variables: Operations[Name]["variables"],
): Promise<Operations[Name]["answer"]> {
  const parameters = { documentId: documentIds[name], variables: JSON.stringify(variables) };
  const response = await fetch(`${endpoint}?${new URLSearchParams(parameters)}`);
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}

/** Send one of the operations; the text is what the file in operations/ holds. */
export async function ask<Name extends keyof Operations>(
  endpoint: string,
  query: string,
  variables: Operations[Name]["variables"],
): Promise<Operations[Name]["answer"]> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}

export const openCalls: NewsListVariables = { first: 10, filter: { types: ["OPEN_CALL"] } };

/** The name of its type tells which fields a page or block has. */
export function firstHeading(answer: NewsItemAnswer): string | null {
  const page = answer.route?.page;
  if (!page) return null;
  if (page.__typename === "NewsPage") {
    for (const block of page.body) {
      if (block.__typename === "HeadingBlock") return block.text;
    }
    return page.introduction;
  }
  // @ts-expect-error only news were asked for their introduction
  return page.introduction;
}

export const when = (page: Page): string =>
  page.__typename === "EventPage" ? page.startsAt : page.publishedAt;
