// Made by `make contract` from operations/. Do not edit.

/** What to send as `documentId` instead of the text of an operation. */
export const documentIds = {
  Changes: "sha256:9546bf7147c6758819fa93515dd855de82329b380647b85041a756b5b7fbf000",
  ClusterProfile: "sha256:4519c2f204979d92ad2d2ea6a7251284e30e5213df9319fc9cd95179db7ed5ab",
  Events: "sha256:e01e38ea3f811fb4b120b3a9a9a584acb9ff0f36ede178f16c0fc5090db6d3c7",
  NewsItem: "sha256:2a2e92ee27ae1fbda7e7e0f6bb07510229e242a05209b23f05c68f099b8cb260",
  NewsList: "sha256:6f5d5f78cfe91b36ea1f10e3781418b742893bd8df0072bd46d53f0b93fe3786",
  OpenCalls: "sha256:062729c28db9d1440782abc1c6114045861ee35ef6ad003bb8be645f3ddd51d5",
  Project: "sha256:995ce95c54994df0695397d1e687df54825c1f917868fdc74c7904536f1a2195",
  Projects: "sha256:e7d4415d5a291ee6986e2e67b8c8700e5d10d52b956bdc7a03674d0661fd5db9",
  Search: "sha256:b447595b0e073ea29d0068aea4516e73c87d11943f8bf3c052c603478f628ef7",
  Shell: "sha256:25fe56dd2c76aac7c5314db919757f2e6c9d937353d01db4d22e7575f3b70075",
} as const;
