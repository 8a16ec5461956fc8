import { PageHead } from "../components/PageHead.tsx"

export default function ValidatorsPage() {
  return <PageHead title="Validators" />
}
