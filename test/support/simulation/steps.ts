/** Plays this many rounds, yielding between them: the test runner gives up on a process that does not respond for a minute. */
export const steps = async <Result>(season: { readonly step: () => Result }, rounds: number): Promise<ReadonlyArray<Result>> => {
  const results: Array<Result> = []
  for (let round = 0; round < rounds; round++) {
    results.push(season.step())
    await new Promise((done) => setImmediate(done))
  }
  return results
}
