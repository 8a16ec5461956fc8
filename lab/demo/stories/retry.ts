import { type Story, testOf } from "./Story.ts"

const PATH = "src/retry.js"

export const retry: Story = {
  title: "Retries hammer a server that asks us to wait",
  body: "When a server answers 429 with `Retry-After`, `retry` still asks again at once.\n\nIt should wait as long as the server says, and otherwise twice as long each time, up to 30 seconds. An error that is no use to repeat (400, 401, 404) should be thrown at once.",
  labels: ["bug", "network"],
  path: PATH,
  before: `export const retry = async (ask, times = 5) => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt === times) throw error
    }
  }
}
`,
  approaches: [
    {
      title: "Wait between retries as the server asks",
      rough: `export const retry = async (ask, times = 5, sleep = (ms) => new Promise((done) => setTimeout(done, ms))) => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt === times) throw error
      await sleep(error.retryAfter * 1000)
    }
  }
}
`,
      finished: `const LONGEST = 30_000
const USELESS = new Set([400, 401, 404])

const pauseAfter = (error, attempt) => Math.min(LONGEST, error.retryAfter === undefined ? 500 * 2 ** (attempt - 1) : error.retryAfter * 1000)

export const retry = async (ask, times = 5, sleep = (ms) => new Promise((done) => setTimeout(done, ms))) => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt === times || USELESS.has(error.status)) throw error
      await sleep(pauseAfter(error, attempt))
    }
  }
}
`,
      test: testOf(
        PATH,
        "retry",
        `test("waits as the server asks, then twice as long each time", async () => {
  const pauses = []
  const errors = [{ status: 429, retryAfter: 7 }, { status: 503 }, { status: 503 }]
  const ask = async () => { if (errors.length > 0) throw errors.shift(); return "done" }
  assert.equal(await retry(ask, 5, async (ms) => pauses.push(ms)), "done")
  assert.deepEqual(pauses, [7000, 1000, 2000])
})
`
      )
    },
    {
      title: "Back off exponentially, and give up early on client errors",
      rough: `export async function retry(ask, { attempts = 5, wait = delay } = {}) {
  let pause = 250
  while (true) {
    const [error, value] = await ask().then((found) => [null, found], (reason) => [reason])
    if (error === null) return value
    if (--attempts <= 0) throw error
    await wait(pause)
    pause *= 2
  }
}
`,
      finished: `const delay = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

function isFinal({ status = 500 }) {
  return status >= 400 && status < 500 && status !== 429
}

export async function retry(ask, { attempts = 5, wait = delay } = {}) {
  let pause = 250
  while (true) {
    const [error, value] = await ask().then((found) => [null, found], (reason) => [reason])
    if (error === null) return value
    attempts -= 1
    if (attempts <= 0 || isFinal(error)) throw error
    const told = Number(error.retryAfter)
    await wait(Number.isFinite(told) ? told * 1000 : pause)
    pause = Math.min(pause * 2, 30_000)
  }
}
`,
      test: testOf(
        PATH,
        "retry",
        `test("gives up at once when repeating is no use", async () => {
  let asked = 0
  const ask = async () => { if (++asked > 9) return "too late"; throw { status: 404 } }
  await assert.rejects(retry(ask, { wait: async () => undefined }))
  assert.equal(asked, 1)
})
`
      )
    }
  ]
}
