/** What the check of a match shows: where it looks, each step with what it found, and how to do the same without this page. */
import { type Claims, readClaims } from "../../src/verification/claims.ts"
import type { Finding, Progress, StepName, Verification } from "../../src/verification/results.ts"
import { STEPS, TITLES } from "../../src/verification/results.ts"
import { button, element } from "./elements.ts"
import { factsOnGitHub } from "./gitHub.ts"
import { firstPlace, type Place, problemWith, strangeIn } from "./network.ts"

/** Checks claims at a place, in a worker. */
export type Check = (claims: string, place: Place, told: (progress: Progress) => void) => Promise<Verification>

const VERDICTS: Readonly<Record<Verification["verdict"], readonly [tone: string, text: string]>> = {
  right: ["good", "Everything that the page says of this match is what the chain says."],
  oneNode: ["warn", "Nothing is wrong, but of some of it one node alone says so."],
  untold: ["warn", "Nothing is wrong, but some of it cannot be told."],
  wrong: ["bad", "Something is not as the page says, or two nodes contradict each other."]
}

const toneOf = (finding: Finding): string =>
  finding._tag === "right" ? (finding.witnesses === 2 ? "good" : "warn") : finding._tag === "wrong" ? "bad" : "warn"

const MARKS: Readonly<Record<Finding["_tag"], readonly [mark: string, text: string]>> = {
  right: ["✓", "as claimed"],
  wrong: ["✗", "not as claimed"],
  untold: ["?", "cannot be told"]
}

const list = (items: ReadonlyArray<string>) =>
  items.length === 0 ? undefined : element("ul", {}, ...items.map((item) => element("li", {}, item)))

/** What a step found, below its title. */
const found = (finding: Finding): ReadonlyArray<Node | undefined> => {
  if (finding._tag === "untold") return [element("p", {}, `Cannot be told, because ${finding.why}.`)]
  if (finding._tag === "right") return [finding.witnesses === 1 ? element("p", {}, "One node says so.") : undefined, list(finding.facts)]
  const [first, second] = finding.between === "claim" ? ["the page says", "the chain says"] : ["one node says", "the other says"]
  return finding.differences.map(({ what, claimed, found: seen }) =>
    element(
      "dl",
      { class: "differences" },
      element("dt", {}, "what"),
      element("dd", {}, what),
      element("dt", {}, first),
      element("dd", {}, claimed),
      element("dt", {}, second),
      element("dd", {}, seen)
    )
  )
}

/** A step as an item of the list: waiting, running, or done. */
const drawStep = (item: HTMLElement, step: StepName, state: "waits" | "runs" | Finding): void => {
  const [mark, word] = state === "waits" ? ["·", "waits"] : state === "runs" ? ["…", "is being checked"] : MARKS[state._tag]
  if (typeof state === "object") item.dataset.tone = toneOf(state)
  item.dataset.state = typeof state === "object" ? state._tag : state
  item.replaceChildren(
    element("span", { class: "mark", role: "img", "aria-label": word }, mark),
    element("h2", {}, TITLES[step]),
    ...(typeof state === "object" ? found(state).filter((part) => part !== undefined) : [])
  )
}

const save = (name: string, text: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }))
  element("a", { href: url, download: name }).click()
  URL.revokeObjectURL(url)
}

/** The fields of another place. */
const placeForm = (place: Place) => {
  const endpoints = element("textarea", { name: "endpoints", rows: "2", spellcheck: "false" }, place.endpoints.join("\n"))
  const genesis = element("input", { name: "genesis", value: place.genesis, spellcheck: "false" })
  const contract = element("input", { name: "contract", value: place.contract, spellcheck: "false" })
  const read = () => ({
    endpoints: endpoints.value.split(/\s+/).filter((one) => one !== ""),
    genesis: genesis.value.trim(),
    contract: contract.value.trim()
  })
  const form = element(
    "form",
    {},
    element("label", {}, "Archive nodes, best of two operators, one a line", endpoints),
    element("label", {}, "Hash of the chain's first block", genesis),
    element("label", {}, "The contract's address", contract)
  )
  form.addEventListener("submit", (event) => event.preventDefault())
  return { form, read }
}

/** Draws the check of what the fragment or a chosen file claims. */
const drawMatch = (root: HTMLElement, json: string, { match }: Claims, check: Check): void => {
  document.title = `Verify match ${match}`
  const items = new Map(STEPS.map((step) => [step, element("li", { class: "step" })]))
  const steps = element("ol", { class: "steps" }, ...items.values())
  const place = placeForm(firstPlace())
  const details = element("details", {}, element("summary", {}, "Where it looks"), place.form)
  const strange = element("div", { class: "notice", "data-tone": "warn" })
  const command = element("code", {})
  const verdict = element("div", { class: "verdict", role: "status" })
  const gitHub = element("section", {})
  const told = (sentences: ReadonlyArray<string>) => {
    strange.replaceChildren(...sentences.map((sentence) => element("p", {}, sentence)))
    strange.hidden = sentences.length === 0
  }
  const drawPlace = () => {
    const at = place.read()
    told(strangeIn(at))
    const nodes = at.endpoints.length === 0 ? "wss://ARCHIVE_NODE" : at.endpoints.join(",")
    command.textContent = `gittensor audit --match ${match} --contract ${at.contract === "" ? "5…" : at.contract} --endpoint ${nodes}`
  }
  place.form.addEventListener("input", drawPlace)

  const say = (tone: string, ...text: ReadonlyArray<Node | string>) => {
    verdict.hidden = false
    verdict.dataset.tone = tone
    verdict.replaceChildren(...text)
  }
  const begin = button("Verify", () => void run())
  begin.className = "main"
  const run = async () => {
    const at = place.read()
    const problem = problemWith(at)
    if (problem !== undefined) {
      details.open = true
      say("bad", problem)
      return
    }
    begin.disabled = true
    for (const [step, item] of items) drawStep(item, step, "waits")
    gitHub.replaceChildren()
    say("", "Asking the nodes…")
    try {
      const result = await check(json, at, (progress) => {
        const item = items.get(progress.step)
        if (item !== undefined) drawStep(item, progress.step, progress._tag === "begun" ? "runs" : progress.finding)
      })
      const [tone, text] = VERDICTS[result.verdict]
      const asked = result.asked.map(({ endpoint, requests }) => `${endpoint} answered ${requests} requests`).join("; ")
      say(tone, element("p", {}, text), element("p", { class: "quiet" }, asked === "" ? "No node answered." : `${asked}.`))
      verdict.dataset.verdict = result.verdict
      if (result.issue !== undefined) await factsOnGitHub(gitHub, result.issue)
    } catch (error) {
      say("bad", `The check itself failed: ${error instanceof Error ? error.message : String(error)}`)
    } finally {
      begin.disabled = false
    }
  }
  for (const [step, item] of items) drawStep(item, step, "waits")
  drawPlace()
  verdict.hidden = true
  root.replaceChildren(
    element("h1", {}, `Verify match ${match}`),
    strange,
    element(
      "p",
      {},
      "This page asks nodes of the chain, and nobody else, what happened in this match, computes it anew by the rules, and compares. ",
      "The site that you came from is not asked."
    ),
    element(
      "p",
      { class: "notice" },
      "The page that you doubt also gave you this check. Keep the file, compare its SHA-256 with the signed release, or run the command: ",
      command
    ),
    element(
      "div",
      { class: "actions" },
      begin,
      button("Save what is claimed", () => save(`match-${match}.json`, json))
    ),
    details,
    verdict,
    steps,
    gitHub
  )
}

/** Without claims: a field for the file that a match's page offers. */
const drawEmpty = (root: HTMLElement, problem: string | undefined, chosen: (json: string) => void): void => {
  const file = element("input", { type: "file", accept: "application/json,.json" })
  file.addEventListener("change", () => void file.files?.[0]?.text().then(chosen))
  root.replaceChildren(
    element("h1", {}, "Verify a match"),
    problem === undefined ? "" : element("p", { class: "notice", "data-tone": "warn" }, `What this link claims cannot be read: ${problem}`),
    element("p", {}, "Open it from a match's page, or choose the file that such a page offers."),
    element("label", {}, "What is claimed of a match, as JSON", file)
  )
}

/** Shows what the address claims after its #, now and whenever it changes. */
export const drawPage = (root: HTMLElement, check: Check): void => {
  const draw = (json: string): void => {
    const claims = json === "" ? undefined : readClaims(json)
    if (claims?._tag === "Right") drawMatch(root, json, claims.right, check)
    else drawEmpty(root, claims?.left, draw)
  }
  const drawFragment = () => {
    try {
      draw(decodeURIComponent(location.hash.slice(1)))
    } catch {
      drawEmpty(root, "its text is cut or damaged", draw)
    }
  }
  addEventListener("hashchange", drawFragment)
  drawFragment()
}
