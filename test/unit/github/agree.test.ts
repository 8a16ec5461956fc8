import { assert, it } from "@effect/vitest"
import { agree } from "../../../src/rules/contributions/fromGitHub/records.ts"

const [CLOSED, MERGED] = [20, 19]
const listed = (more: object = {}) => ({
  node_id: "PR_1",
  number: 1,
  title: "Oil",
  state: "closed" as const,
  user: null,
  author_association: "NONE",
  created_at: 10,
  updated_at: 20,
  closed_at: CLOSED,
  pull_request: { merged_at: MERGED },
  ...more
})

it("details that are behind the list, or of something else, are no answer", () => {
  const details = { number: 1, closedAt: CLOSED, mergedAt: MERGED }
  assert.isTrue(agree(listed(), details))
  assert.isFalse(agree(listed(), { ...details, mergedAt: null }))
  assert.isFalse(agree(listed(), { ...details, closedAt: null, mergedAt: null }))
  assert.isFalse(agree(listed(), { ...details, number: 2 }))
  // The list may be the stale one.
  assert.isTrue(agree(listed({ closed_at: null, state: "open", pull_request: { merged_at: null } }), details))
  // An issue rather than a pull request.
  assert.isTrue(agree(listed({ pull_request: undefined }), { number: 1, closedAt: CLOSED }))
  assert.isFalse(agree(listed({ pull_request: undefined }), { number: 1, closedAt: null }))
})
