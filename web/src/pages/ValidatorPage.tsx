import { PageHead } from "../components/PageHead.tsx"

export default function ValidatorPage() {
  return <PageHead title="Validator" />
}
