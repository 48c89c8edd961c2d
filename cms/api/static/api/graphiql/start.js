// Show GraphiQL for the endpoint that the page names.
const place = document.getElementById("graphiql");

const send = async (parameters) => {
  const response = await fetch(place.dataset.endpoint, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    credentials: "omit",
    body: JSON.stringify(parameters),
  });
  return response.json();
};

ReactDOM.createRoot(place).render(
  React.createElement(GraphiQL, { fetcher: send, defaultQuery: place.dataset.query }),
);
