/** All stories, in the order in which they are told. The validators run their code and tests. */
import { cache } from "./cache.ts"
import { csv } from "./csv.ts"
import { duration } from "./duration.ts"
import { range } from "./range.ts"
import { retry } from "./retry.ts"
import type { Story } from "./Story.ts"
import { slug } from "./slug.ts"

export const STORIES: ReadonlyArray<Story> = [retry, csv, cache, slug, range, duration]
