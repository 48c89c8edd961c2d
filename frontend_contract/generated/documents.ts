// Made by `make contract` from operations/. Do not edit.

/** What to send as `documentId` instead of the text of an operation. */
export const documentIds = {
  Changes: "sha256:247c03d5a1c538fb72e9a3b89743da6436e0c1457af171617813a01b5ce46999",
  ClusterProfile: "sha256:b023b3a801e46da8e163ef639be0ae862d3e7044d4635e8a54d5b222939ed0ab",
  Events: "sha256:b800cfbcd26d13c11ba7773a09876756fabfc1221cd522c79fbf45b9dac4577e",
  NewsItem: "sha256:3ef604d3539880fbad4701c9e867ce9bcb237d7e1757bf636645527dd70e19bf",
  NewsList: "sha256:6f5d5f78cfe91b36ea1f10e3781418b742893bd8df0072bd46d53f0b93fe3786",
  OpenCalls: "sha256:3771037ed02727ce1516eb3ba9a51c7bcb457cf7146c7afd50373eb862a9ea83",
  Project: "sha256:199854a6a04d4bd972a4b45151a82ff675cb479aa08fedb92b087a4b4e64af60",
  Projects: "sha256:1749de1be0805e2be301b30a478e303e3e2b211f98181c7b4bc4b0cdeee87f0e",
  Search: "sha256:fa723920d0a9dd918c9c35de9c654eac91a88292f6fb76318ba27e44401997ab",
  Shell: "sha256:d6e7009180d1c59b9ea493108675bc8051b18f0b4ad088b33e9dbf3fc0c068dc",
} as const;
