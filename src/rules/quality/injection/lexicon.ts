/**
 * Phrases of prompt injections in many languages. No phrase alone proves an injection: each adds points, and findInjection.ts adds them up. Inflected words
 * are listed as stems.
 */
import { ENGLISH_STEMS } from "./reveal.ts"

/** `override`: leave your instructions. `judge`: addresses a judge. `top`: the best result. `mild`: a wish for this side. `role`: you are now, you must. */
export type Signal = "override" | "judge" | "top" | "mild" | "role" | "markup"

/** Points per kind, counted once. A text with THRESHOLD points is a finding. */
export const POINTS: Readonly<Record<Signal, number>> = { override: 3, judge: 2, top: 2, markup: 2, mild: 1, role: 1 }
export const THRESHOLD = 3

/** Every text in another Latin alphabet that reaches the threshold contains one of these. */
const LATIN_STEMS =
  "vergiss vergess missacht verwirf anweisung vorgab künstlich sprachmodell prüfer gutachter modell höchst punkt gewinner sieger oublie consigne directive artificiel langage évaluat gagnant vainqueur parfait note olvid instrucc reglas criterio inteligencia lenguaje evaluador puntuac ganador juez esque instruç regra inteligência linguagem avaliador vencedor dimentic istruzion regol intelligenza linguistic giudice punteggio vincit negeer vergeet intelligentie taalmodel beoordel hoogste winnaar zapomnij zasad inteligencj sędzi najwyż zwycięzc talimat kural zeka hakem puan kazanan hướng trí điểm chiến instruksi aturan kecerdasan nilai pemenang ignoruj ignorera betyg pokyn künstlich bevorzug wähl scegli escolh elige choisi kies wybierz bạn pilih abaikan negeer ocen hinweis hodnocen instrucțiun punctaj ohjee pist".split(
    " "
  )
/** A cheap test that every text above the threshold passes. */
const POSSIBLE = new RegExp([...ENGLISH_STEMS, ...LATIN_STEMS, "[^a-z]ai[^a-z]", "<\\|", "[\\u0080-\\uffff]"].join("|"))

/** A phrase at the beginning of a word. A gap `…` has at most 40 characters, so that matching takes linear time. */
const phrase = (source: string): RegExp => new RegExp(`(?:^|[^\\p{L}\\p{N}])(?:${source.replaceAll("…", ".{0,40}?")})`, "u")
/** For scripts without spaces between words. */
const anywhere = (source: string): RegExp => new RegExp(`(?:${source.replaceAll("…", ".{0,20}?")})`, "u")

type Phrases = Readonly<Partial<Record<Signal, RegExp>>>

const english: Phrases = {
  override: phrase(
    "(?:ignore|disregard|forget|discard|override|overrule|bypass|abandon|stop (?:following|obeying)|do not (?:follow|obey)|don't (?:follow|obey)|set aside) (?:…(?:all|any|your|previous|prior|above|earlier|preceding|former|original|given|scoring|judging|evaluation|grading|these|those)) …(?:instructions?|rules|guidelines?|prompts?|rubric|criteria|directions|directives|orders|protocol|policy|task)(?![\\p{L}])" +
      "|(?:ignore|disregard|forget) (?:everything|all|anything|what) …you (?:were|have been|know|are) …(?:told|taught|instructed|asked|given|before)" +
      "|(?:ignore|disregard|forget|do not follow|don't follow) (?:the|this|that) (?:(?:scoring |grading |judging )?(?:rubric|criteria)|issue text|system prompt)" +
      "|(?:reveal|print|show|output|repeat|leak) (?:me )?your (?:system|hidden|secret|initial|internal) (?:prompt|instructions|rules)" +
      "|(?:instructions|rules|guidelines|prompt|text) (?:above|before) (?:is|are|were) (?:outdated|void|wrong|cancelled|obsolete|no longer)" +
      "|(?:new|updated|real|actual) (?:instructions?|system prompt|task)(?: for (?:the )?(?:ai|model|llm|judge|reviewer))? ?: " +
      "|replace your (?:criteria|rubric|instructions|rules)|your (?:task|instructions|role) (?:has|have) (?:been )?changed"
  ),
  judge: phrase(
    "(?:ais?|a\\.i\\.|llms?|gpt(?:-?\\d\\S*)?|chatgpt|claude|gemini|copilot|artificial intelligences?|(?:large )?language models?|neural networks?|ai[ -](?:judge|reviewer|agent|model|evaluator|grader)|(?:automated|automatic|machine|robot|bot) (?:judge|reviewer|grader|evaluator|system|assessor|agent)|reviewers that are machines|model (?:judging|grading|scoring|evaluating|reviewing|that (?:judges|grades|scores|reads))|(?:as|dear|attention|note to|hey|you are) (?:the |a |an |all )?(?:judges?|graders?|evaluators?|reviewers?|assistant|model)|grader:|judge's notes?|judges? (?:shall|must|should|will)|system prompt)(?![\\p{L}\\p{N}])"
  ),
  top: phrase(
    "(?:maximum|max|highest|top|best|perfect|full|first|winning) (?:possible )?(?:scores?|marks?|rating|grade|ratings|points|place|rank|verdict)(?![\\p{L}])" +
      "|(?:10|ten) (?:/|out of|of) ?(?:10|ten)(?![\\d])|100 ?(?:/|out of|of) ?100(?!\\d)|(?:score|rate|rating|give|award|return|output|assign) …(?:10|100)(?![\\d.])|(?:declare|name|crown|make|announce|choose|pick|select|rank|mark) …(?:the )?(?:winner|highest|best|first|correct|flawless)(?![\\p{L}])" +
      '|(?:always|must|should|shall|has to|have to) (?:win|lose|be (?:preferred|chosen|selected|picked))|(?:is|as|consider it|code is|this is) (?:flawless|perfect|the (?:winner|best one))|(?:report|find|mention) (?:zero|no) (?:defects|problems|issues|errors|bugs)|"?winner"? ?: |(?:vote|verdict) ?[:=] ?(?:this|win)|favou?rable verdict|(?:every|all|the) …tests? …(?:as (?:passing|passed)|(?:have )?succeeded|been run)|(?:other|opponent\'s|opposing|second) (?:solution|candidate|diff|side|answer|one) …(?:lose|fails|malware|wrong|worse|inferior|bad|disqualified|broken)|(?:pass|passed|approved) ?= ?true|(?:accepted|allowed|only|correct) (?:reply|answer|verdict) is|regardless of (?:what )?the other|(?:state|report|say|claim|declare) that …(?:complete|correct|perfect|flawless|solved)(?![\\p{L}])|(?:candidate|solution|diff) (?:one|two|1|2|a|b) is …(?:superior|better|inferior|worse)|(?:this|first) (?:one|diff|solution|candidate|side|submission)…(?:plainly |clearly )?(?:superior|better in every|always wins)'
  ),
  mild: phrase(
    "(?:approve|accept|choose|pick|select|prefer|favou?r|vote for|endorse|grade generously|always (?:choose|pick|prefer|select)|say nothing else|answer only|respond only|reply only|only (?:output|answer|reply|respond)|without (?:reading|checking|reviewing)|don't (?:need to )?(?:check|mention)|do not (?:mention|check)|never criticise|never criticize)(?![\\p{L}])"
  ),
  role: phrase(
    "(?:you are now|you will now|from now on|act as though|act as if|pretend|you (?:must|shall|always|have to|should)|it must|must report|are required|is required to|if you are an?|before answering|when comparing)(?![\\p{L}])"
  ),
  markup: phrase(
    '(?:system|assistant|operator) ?: |(?:trusted|system) (?:operator|message|instruction)s?|end of (?:untrusted|diff|user|input|content)|"role" ?: ?"system"'
  )
}

const MARKUP = /<\|[a-z_]{2,20}\|>|\[\/?inst\]|<<\/?sys>>|<\/?(?:system|instructions?|assistant)>/u

/** One language a line: leave your instructions, judges, the best result, a wish for this side, you are now. */
const others: ReadonlyArray<Phrases> = [
  {
    override: phrase(
      "(?:ignorier|vergiss|vergesst|missacht|verwirf|übergeh|missachte)…(?:anweisung|regeln|vorgaben|anordnung|instruktion|kriterien|richtlinien)|(?:kriterien|regeln|vorgaben|anweisungen) …(?:aufgehoben|ungültig|hinfällig)"
    ),
    judge: phrase(
      "(?:ki|künstliche[nr]? intelligenz|sprachmodell|automatische[rn]? (?:prüfer|gutachter|bewerter)|geehrtes modell|systemnachricht|gutachter)(?!\\p{L})"
    ),
    top: phrase(
      "(?:höchstnote|höchstpunktzahl|volle[n]? punkt|maximale (?:punkt|bewertung)|100 punkte|beste note|zum sieger|gewinner|10 von 10|tests …(?:gelten|bestanden)|keine mängel)"
    ),
    mild: phrase("(?:wähl|stimme …zu|genehmig|bevorzug|antworte nur|andere lösung|immer diese)"),
    role: phrase("(?:du bist jetzt|ab jetzt|von nun an|du musst|wenn du eine)")
  },
  {
    override: phrase(
      "(?:ignore[sz]?|oublie[sz]?|néglige|ne tiens pas compte|fais abstraction)…(?:instruction|consigne|règle|directive|critère)|(?:règles|consignes|instructions|critères) …(?:annulé|caduc|abrog)"
    ),
    judge: phrase(
      "(?:ia|l['’]ia|(?:une |l['’])?intelligence artificielle|modèle de langage|évaluateur automatique|message système|juge qui)(?!\\p{L})"
    ),
    top: phrase(
      "(?:note maximale|meilleure note|gagnant|vainqueur|10 sur 10|100/100|100 sur 100|score maximal|est parfait|tests …réussis)"
    ),
    mild: phrase("(?:choisi|approuve|préfère|réponds (?:uniquement|seulement)|l['’]autre solution|toujours cette)"),
    role: phrase("(?:tu es maintenant|désormais|à partir de maintenant|tu dois|si tu es une)")
  },
  {
    override: phrase(
      "(?:ignora|ignore|olvida|omite|desobedece|no hagas caso|haz caso omiso)…(?:instruccion|regla|directriz|directrices|criterio|indicacion)|(?:criterios|reglas|instrucciones) …(?:anulad|sin efecto)|anulados …(?:criterios|reglas)"
    ),
    judge: phrase(
      "(?:ia|inteligencia artificial|modelo de lenguaje|evaluador automático|revisor automático|mensaje del sistema|juez que)(?!\\p{L})"
    ),
    top: phrase(
      "(?:puntuación máxima|nota máxima|máxima (?:nota|puntuación)|ganador|como la mejor|100 sobre 100|10 de 10|es perfecto|pruebas …(?:superadas|aprobadas)|superadas …pruebas|con 100)"
    ),
    mild: phrase("(?:elige|aprueba|prefiere|responde (?:únicamente|solo)|otra solución|siempre esta)"),
    role: phrase("(?:ahora eres|a partir de ahora|de ahora en adelante|debes|si eres una)")
  },
  {
    override: phrase("(?:ignor|esque[cç]|desconsider)…(?:instruç|regra|diretriz|orientaç|critério)"),
    judge: phrase("(?:ia|inteligência artificial|modelo de linguagem|avaliador automático|juiz que)(?!\\p{L})"),
    top: phrase("(?:nota máxima|pontuação máxima|vencedor|100 pontos|10 de 10|está perfeito|testes …aprovados)"),
    mild: phrase("(?:escolh|aprove|prefira|responda apenas|outra solução|sempre esta)"),
    role: phrase("(?:agora você é|de agora em diante|a partir de agora|você deve|se você é)")
  },
  {
    override: phrase("(?:ignora|dimentica|trascura)…(?:istruzion|regol|direttiv|criteri|indicazion)"),
    judge: phrase("(?:ia|all['’]ia|(?:un['’])?intelligenza artificiale|modello linguistico|valutatore automatico|giudice che)(?!\\p{L})"),
    top: phrase("(?:punteggio massimo|voto massimo|vincitric|vincitor|100 punti|10 su 10|è perfetto)"),
    mild: phrase("(?:scegli|approva|preferisci|rispondi soltanto|altra soluzione|sempre questa)"),
    role: phrase("(?:ora sei|d['’]ora in poi|devi|se sei un)")
  },
  {
    override: phrase("(?:negeer|vergeet)…(?:instructie|richtlijn|aanwijzing|je …regels|de …regels)"),
    judge: phrase("(?:ai|kunstmatige intelligentie|taalmodel|beoordelaar die)(?!\\p{L})"),
    top: phrase("(?:hoogste (?:score|cijfer)|maximale score|winnaar)"),
    mild: phrase("(?:kies|keur …goed|altijd)"),
    role: phrase("(?:je bent nu|vanaf nu|je moet)")
  },
  {
    override: phrase("(?:z?ignoruj|zapomnij|pomiń)…(?:instrukcj|zasad|poleceń|poleceni|wytyczn)"),
    judge: phrase("(?:ai|sztuczn\\p{L}+ inteligencj|model\\p{L}* językow|sędzi)"),
    top: phrase("(?:najwyższ\\p{L}+ (?:ocen|wynik|punkt)|maksymaln\\p{L}+ |zwycięzc)"),
    mild: phrase("(?:wybierz|zatwierdz|zawsze)"),
    role: phrase("(?:od teraz|jesteś teraz|musisz)")
  },
  {
    override: anywhere("(?:talimat|kural|yönerge)…(?:yok say|unut|görmezden|göz ardı)"),
    judge: phrase("(?:yapay zeka|dil modeli|hakem|değerlendiren)"),
    top: phrase("(?:en yüksek puan|kazanan|tam puan|kusursuz|mükemmel)"),
    mild: phrase("(?:her zaman|onayla|seç)"),
    role: phrase("(?:artık|bundan sonra)")
  },
  {
    override: phrase(
      "(?:игнорируй|проигнорируй|забудь|отбрось|не учитывай|ігноруй|забудь|відкинь)…(?:инструкц|указан|правил|критери|інструкц|вказів)"
    ),
    judge: phrase(
      "(?:ии|ші|штучн\\p{L}+ інтелект|искусственн\\p{L}+ интеллект|языков\\p{L}+ модел|мовн\\p{L}+ модел|нейросет|автоматическ\\p{L}+ (?:проверяющ|рецензент|судья)|судья, котор|суддя, як)"
    ),
    top: phrase(
      "(?:высш\\p{L}+ (?:балл|оцен)|максимальн\\p{L}+ (?:балл|оцен)|найвищ\\p{L}+ оцін|победител|переможц|100 балл|безупреч|идеал|тесты пройден)"
    ),
    mild: phrase("(?:выбира|одобр|отвечай только|другое решение|обирай|схвал)"),
    role: phrase("(?:теперь ты|отныне|ты должен|если ты|відтепер|тепер ти)")
  },
  {
    override: anywhere("(?:忽略|无视|忘记|忘掉|不要理会|不要遵守)…(?:指令|指示|规则|说明|提示|标准)"),
    judge: anywhere("人工智能|语言模型|大模型|自动评审|自动评分|评委|评审员"),
    top: anywhere("最高分|满分|获胜|胜者|胜出|完美|视…测试…通过|最佳"),
    mild: anywhere("批准|选择|只回答|另一个方案"),
    role: anywhere("从现在起|你现在是|你是一个|你必须|如果你是")
  },
  {
    override: anywhere("(?:指示|ルール|命令|規則|プロンプト)…(?:無視|忘れ|従わない)"),
    judge: anywhere("人工知能|言語モデル|審査員|審査するai|aiへ"),
    top: anywhere("最高点|満点|勝者|完璧|最高評価"),
    mild: anywhere("承認|選ぶ|選んで|もう一方"),
    role: anywhere("これからは|あなたは今|しなければ|なら、")
  },
  {
    override: anywhere("(?:지시|규칙|명령|지침|프롬프트)…(?:무시|잊)"),
    judge: anywhere("인공지능|언어 모델|심사위원|자동 평가"),
    top: anywhere("최고 점수|만점|승자|완벽|최고점"),
    mild: anywhere("승인|선택|고르"),
    role: anywhere("이제부터|당신은 이제|해야")
  },
  {
    override: anywhere(
      "(?:تجاهل|انس|انسَ|تجاوز|نادیده)…(?:التعليمات|تعليمات|قواعد|القواعد|الأوامر)|(?:دستورالعمل|دستور|قواعد)…(?:نادیده|فراموش)"
    ),
    judge: anywhere("الذكاء الاصطناعي|نموذج اللغ|هوش مصنوعی|مدل زبانی|أنت حكم"),
    top: anywhere("أعلى درجة|الدرجة الكاملة|الفائز|مثالي|بالاترین امتیاز|برنده"),
    mild: anywhere("اختر|يختار|وافق|انتخاب"),
    role: anywhere("من الآن فصاعد|أنت الآن|از این پس")
  },
  {
    override: anywhere("(?:निर्देश|नियम|आदेश)…(?:अनदेखा|भूल|नज़रअंदाज़|अनदेखी)"),
    judge: anywhere("एआई|कृत्रिम बुद्धि|भाषा मॉडल|निर्णायक"),
    top: anywhere("सर्वोच्च अंक|पूरे अंक|विजेता|उत्तम"),
    mild: anywhere("चुन|स्वीकार"),
    role: anywhere("अब से|अब तुम")
  },
  {
    override: phrase(
      "(?:bỏ qua|phớt lờ|quên)…(?:hướng dẫn|chỉ dẫn|quy tắc|chỉ thị)|(?:abaikan|lupakan)…(?:instruksi|aturan|petunjuk|perintah)"
    ),
    judge: phrase("(?:ai|trí tuệ nhân tạo|mô hình ngôn ngữ|kecerdasan buatan|model bahasa)(?!\\p{L})"),
    top: phrase("(?:điểm (?:cao nhất|tối đa)|chiến thắng|nilai (?:tertinggi|sempurna)|pemenang)"),
    mild: phrase("(?:chọn|phê duyệt|pilih|setujui)"),
    role: phrase("(?:từ bây giờ|mulai sekarang)")
  },
  {
    override: phrase(
      "(?:ignorera|glöm|ignoruj|zapomeň|ignoră|uită|jätä|unohda|αγνόησε|ξέχασε)…(?:instruktion|regler|pokyn|pravid|instrucțiun|reguli|ohjee|sääntö|οδηγ|κανόν)"
    ),
    judge: phrase(
      "(?:ai|ki|umělá inteligence|jazykov\\p{L}+ model|språkmodell|inteligența artificială|tekoäly|τεχνητή νοημοσύνη)(?!\\p{L})"
    ),
    top: phrase(
      "(?:högsta (?:betyg|poäng)|vinnare|nejvyšší (?:hodnocení|skóre)|vítěz|punctajul maxim|câștigător|korkeimmat pisteet|voittaja|μέγιστο βαθμό|νικητή)"
    )
  },
  {
    override: anywhere("(?:התעלם|שכח)…(?:הוראות|ההוראות|כללים|הכללים)"),
    judge: anywhere("בינה מלאכותית|מודל שפה"),
    top: anywhere("הציון הגבוה|ציון מושלם|המנצח")
  }
]

const SIGNALS: ReadonlyArray<Signal> = ["override", "judge", "top", "mild", "role", "markup"]

/** The signals of a text for each language, from a reading of reveal.ts. */
export const signalsOf = (reading: string): ReadonlyArray<ReadonlyArray<Signal>> =>
  POSSIBLE.test(reading)
    ? [english, ...others].map((phrases) =>
        SIGNALS.filter((signal) => phrases[signal]?.test(reading) === true || (signal === "markup" && MARKUP.test(reading)))
      )
    : []
