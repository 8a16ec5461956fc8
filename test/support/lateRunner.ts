/**
 * Vitest 3 gives its main process 60 seconds to confirm a report of progress, which no option changes, and fails a run with all tests green when a busy
 * machine takes longer (vitest-dev/vitest#11082). The report arrives all the same, so a late confirmation is no failure.
 */
const worker: { rpc: { onTaskUpdate: (...args: ReadonlyArray<unknown>) => Promise<unknown> } } = Reflect.get(
  globalThis,
  "__vitest_worker__"
)
const { rpc } = worker

const isLate = (error: unknown): boolean => error instanceof Error && error.message.includes('Timeout calling "onTaskUpdate"')

const report = (...args: ReadonlyArray<unknown>): Promise<unknown> =>
  rpc.onTaskUpdate(...args).catch((error: unknown) => {
    if (!isLate(error)) throw error
  })

worker.rpc = new Proxy(rpc, { get: (target, name) => (name === "onTaskUpdate" ? report : Reflect.get(target, name)) })
