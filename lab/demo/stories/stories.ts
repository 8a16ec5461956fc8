/** All stories, in the order in which they are told. The validators run their code and tests. */
import { csv } from "./csv.ts"
import { duration } from "./duration.ts"
import { range } from "./range.ts"
import type { Story } from "./Story.ts"
import { slug } from "./slug.ts"

export const STORIES: ReadonlyArray<Story> = [csv, slug, range, duration]
