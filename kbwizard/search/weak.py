"""Words of ordinary talk that say little of what is wanted: what is rare in the articles would
otherwise weigh most, and "vcs" or "queria" is rare there because nobody writes articles so.
The days of the week say since when, and seldom what.

They count a little beside words that say more, and fully when there are no others. Words that
carry a complaint (não, sem, só, fora, mais, nada) are not among them.
"""

from __future__ import annotations

WEAK_WEIGHT = 0.2

_LISTED = """
oi ola alo bom boa dia tarde favor obrigado obrigada obg pf pfv blz beleza opa socorro ajuda
ajudar ajude ajudem duvida pergunta urgente moco moca amigo senhor senhora vc vcs ce ces tu te
ti me mim nos comigo cmg conosco lhe lhes cara pessoal gente alguem ninguem ta to tou tava tavam
tamo tao estou estava estavam estao estar esteja tive teve tinha tinham tenho temos havia haver
ha houve sou somos era eram fui foram sido sendo seria fosse eh q oq pq porq porque pois entao
ne hein ai la ca ali aqui ja hj agora ontem ainda depois antes ate desde durante sobre entre
contra dentro junto todo toda todos todas tudo outro outra outros outras mesmo mesma proprio
propria algum alguma alguns algumas qualquer cada tal tanto tanta tantos muito muita muitos mto
mt mta bem mal tipo meio bastante quase quero queria quer querem querendo preciso precisa
precisava precisam necessito gostaria posso pode podem podia poderia poder consigo consegue
conseguem conseguir consegui conseguindo devo deve devem deveria vou vai vao vamos ia ir indo
irei quanto quanta quantos quantas saber sabe sei sabem soube sabendo entender entendi entendo
explica explicar explicam fazer faz faco fazem fiz fez feito fazendo ficar fica fico ficou ficam
ficando dizer diz dizem disse disseram dizendo falar fala falam falou falaram falando contar
achar acho acha pensar penso parece pareceu ver vejo ve veem vi viu vendo da dar dei deu dao
dando dou deram deixa deixar deixou deixam botar boto bota colocar coloco colocou usar uso usa
usam usando mexer mexo mexi mexeu ter tentei tentar tento tentando comecou comecar comeca
continua continuar acontece aconteceu acontecendo coisa coisas negocio jeito forma maneira modo
vez vezes caso exemplo parte sim nem mas porem talvez sera apenas somente logo sempre nunca
assim alem tres duas dois um cliente clientes assinante pessoa pessoas significa significado
serve servem existe existem verificar verifica checar conferir procedimento passo orientar
orientacao explicacao diferenca diferencas causa causas motivo motivos melhor inteiro inteira
acabou acabar acaba kd cade dps tb tbm msm td tds cmo pfvr mano mn vlw agr aki blza qd qdo nd
mae pai filho filha neto neta vo vovo avo marido esposa mulher menino menina guri sobrinho sobrinha
irmao irma tio tia sogra cunhado genro nora aff poxa oxe uai eita bah tche mermao parceiro chefe
patrao querida deus amor mds kkk rs trem bagulho baguio negocinho direito
hoje amanha semana feira segunda terca quarta quinta sexta sabado domingo
"""
WEAK = frozenset(_LISTED.split())
