/** Plays this many rounds. Between them the test runner gets its turn: it gives up a process that is silent for a minute. */
export const steps = async <Result>(season: { readonly step: () => Result }, rounds: number): Promise<ReadonlyArray<Result>> => {
  const results: Array<Result> = []
  for (let round = 0; round < rounds; round++) {
    results.push(season.step())
    await new Promise((done) => setImmediate(done))
  }
  return results
}
