// Ask one page in English, in Bulgarian and in English again, in one cache of each client.
// Prints, for each client, both English answers, how often it asked the server, and what it warned of.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { Client, fetchExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { buildSchema, introspectionFromSchema, isAbstractType, isObjectType } from "graphql";
import relayRuntime from "relay-runtime";

const [address, schemaPath] = process.argv.slice(2);
const text = readFileSync("page.graphql", "utf8");
const schema = buildSchema(readFileSync(schemaPath, "utf8"));
const types = Object.values(schema.getTypeMap());
let asked = 0;

async function ask(body) {
  asked += 1;
  const headers = { "content-type": "application/json" };
  return fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
}

async function counting(_address, options) {
  return ask(JSON.parse(options.body));
}

function apollo() {
  const possibleTypes = Object.fromEntries(
    types
      .filter(isAbstractType)
      .map((type) => [type.name, schema.getPossibleTypes(type).map((member) => member.name)]),
  );
  const client = new ApolloClient({
    cache: new InMemoryCache({ possibleTypes }),
    link: new HttpLink({ uri: address, fetch: counting }),
  });
  const query = gql(text);
  return async (locale) => (await client.query({ query, variables: { locale } })).data;
}

function urql() {
  // What has no id is part of whatever holds it, which graphcache wants to be told.
  const embedded = types.filter((type) => isObjectType(type) && !("id" in type.getFields()));
  const keys = Object.fromEntries(embedded.map((type) => [type.name, () => null]));
  const cache = cacheExchange({ schema: introspectionFromSchema(schema), keys });
  const client = new Client({
    url: address,
    exchanges: [cache, fetchExchange],
    fetch: counting,
    preferGetMethod: false,
  });
  return async (locale) => {
    const { data, error } = await client.query(text, { locale }).toPromise();
    if (error) throw error;
    return data;
  };
}

async function relay() {
  mkdirSync("relay", { recursive: true });
  writeFileSync("relay/page.js", `graphql\`${text}\`;\n`);
  const config = { src: "./relay", schema: schemaPath, language: "javascript", eagerEsModules: true };
  writeFileSync("relay.config.json", JSON.stringify(config));
  execFileSync("node", ["node_modules/relay-compiler/cli.js", "--repersist"], { stdio: "pipe" });
  const { default: request } = await import("./relay/__generated__/pageQuery.graphql.js");
  const { Environment, Network, RecordSource, Store, fetchQuery } = relayRuntime;
  const network = Network.create(async ({ text: query }, variables) =>
    (await ask({ query, variables })).json(),
  );
  const environment = new Environment({ network, store: new Store(new RecordSource()) });
  return (locale) =>
    fetchQuery(environment, request, { locale }, { fetchPolicy: "store-or-network" }).toPromise();
}

const found = {};
for (const [name, make] of Object.entries({ apollo, urql, relay })) {
  const warnings = [];
  console.warn = console.error = (...words) => warnings.push(words.map(String).join(" "));
  const read = await make();
  asked = 0;
  const first = structuredClone(await read("EN"));
  const other = structuredClone(await read("BG"));
  const again = structuredClone(await read("EN"));
  found[name] = { first, other, again, asked, warnings };
}
console.log(JSON.stringify(found));
