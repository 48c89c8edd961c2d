const { graphql } = require("relay-runtime");

graphql`
  query ProjectQuery($path: String!) {
    route(path: $path) { page { __typename ... on ProjectPage { ...Project_news @alias } } }
  }
`;

graphql`
  fragment Project_news on ProjectPage
  @refetchable(queryName: "ProjectNewsQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 5 }, after: { type: "String" }, last: { type: "Int" }, before: { type: "String" }) {
    title
    news(first: $first, after: $after, last: $last, before: $before) @connection(key: "Project_news") {
      edges { node { title } }
    }
  }
`;
