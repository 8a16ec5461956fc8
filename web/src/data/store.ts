/** Everything that was asked, by its address: pages that ask the same share it, and going back shows at once what was there. */
import { addressOf, type ListQuestion, type Question } from "../api/endpoints.ts"
import type { Topic } from "../api/types.ts"
import { ListResource } from "./ListResource.ts"
import { Resource } from "./Resource.ts"

/** More than these that nobody looks at are forgotten, the oldest first. */
const KEPT = 60

const answers = new Map<string, Resource<unknown>>()
const lists = new Map<string, ListResource<unknown>>()

const forget = (resources: Map<string, { readonly isWatched: boolean }>) => {
  for (const [key, resource] of resources) {
    if (resources.size <= KEPT) return
    if (!resource.isWatched) resources.delete(key)
  }
}

/** An address has one kind of answer, as the endpoints say: what lies here under it is of that kind. */
export const resourceOf = <A>(question: Question<A>): Resource<A> => {
  const key = addressOf(question)
  const found = answers.get(key)
  if (found !== undefined) return found as Resource<A>
  const resource = new Resource<A>(question)
  answers.set(key, resource)
  forget(answers)
  return resource
}

export const listOf = <A>(question: ListQuestion<A>): ListResource<A> => {
  const key = addressOf(question)
  const found = lists.get(key)
  if (found !== undefined) return found as ListResource<A>
  const list = new ListResource<A>(question)
  lists.set(key, list)
  forget(lists)
  return list
}

const all = () => [...answers.values(), ...lists.values()]

/** What depends on these topics may have changed. */
export const invalidateTopics = (topics: ReadonlyArray<Topic>): void => {
  for (const resource of all()) if (resource.question.topics.some((topic) => topics.includes(topic))) resource.invalidate()
}

/** Everything may have changed. */
export const invalidateAll = (): void => {
  for (const resource of all()) resource.invalidate()
}
