/** The issue and the pull request as GitHub shows them today, without a token: facts, not a verdict. */
import type { NamedIssue } from "../../src/verification/results.ts"
import { element } from "./elements.ts"

const text = (value: unknown, key: string): string | undefined => {
  const found = typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined
  return typeof found === "string" ? found : undefined
}

const ask = async (path: string): Promise<unknown> => {
  const headers = { accept: "application/vnd.github+json" }
  const response = await fetch(`https://api.github.com/repos/${path}`, { headers }).catch(() => {
    throw new Error("GitHub could not be reached")
  })
  if (response.ok) return response.json()
  throw new Error(response.status === 404 ? "GitHub shows nothing there to the public" : `GitHub answers ${response.status}`)
}

/** Why not, in words: GitHub gives 60 answers an hour to an address without a token. */
const refusal = (error: unknown) => `cannot be told, because ${error instanceof Error ? error.message : String(error)}`

const issueFacts = async (path: string): Promise<string> => {
  const issue = await ask(path)
  const closed = text(issue, "closed_at")
  return `“${text(issue, "title") ?? ""}” is ${text(issue, "state") ?? "in an unknown state"}${closed === undefined ? "" : `, closed ${closed}`}`
}

const pullFacts = async (path: string): Promise<string> => {
  const pull = await ask(path)
  const user = typeof pull === "object" && pull !== null && "user" in pull ? text(pull.user, "login") : undefined
  const merged = text(pull, "merged_at")
  return `by ${user ?? "an unknown account"}, ${merged === undefined ? (text(pull, "state") ?? "in an unknown state") : `merged ${merged}`}`
}

/** Asks twice and shows both. */
export const factsOnGitHub = async (section: HTMLElement, { id, repository, number, pullRequest }: NamedIssue): Promise<void> => {
  const line = async (name: string, facts: Promise<string>) => element("p", {}, `${name}: ${await facts.catch(refusal)}.`)
  const lines = await Promise.all([
    line(`Issue ${repository}#${number}`, issueFacts(`${repository}/issues/${number}`)),
    ...(pullRequest === undefined ? [] : [line(`Pull request #${pullRequest}`, pullFacts(`${repository}/pulls/${pullRequest}`))])
  ])
  section.replaceChildren(
    element("h2", {}, "On GitHub today"),
    ...lines,
    element(
      "p",
      { class: "quiet" },
      "These are facts of today, not a verdict. How validators come to theirs: ",
      element("code", {}, `gittensor explain ${id} --verdict`)
    )
  )
}
