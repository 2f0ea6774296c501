"""What another squad at an address would mean, in sentences."""

from planner.i18n import gettext
from planner.operation import Operation
from planner.reasons.stored import StoredContrast
from planner.render.reasons import need_words


def contrast_sentences(operation: Operation, found: StoredContrast, lang: str) -> list[str]:
    """What the squad lacks for the address, and what becomes of the plan when it raids it."""
    told = list[str]()
    if found.lacks:
        words = gettext("{squad} lacks for {site}: {needs}", lang)
        told.append(words.format(squad=found.squad, site=found.site, needs=need_words(found.lacks, lang)))
    if found.outcome is None:
        words = gettext("No plan was found near this one in which {squad} raids {site}.", lang)
        return [*told, words.format(squad=found.squad, site=found.site)]
    if found.lost:
        names = gettext(", ", lang).join(f"{operation.suspects_by_id[s].name} ({s})" for s in found.lost)
        told.append(gettext("No longer covered: {names}", lang).format(names=names))
    if found.later:
        later = gettext(", ", lang).join(f"{site} +{minutes} min" for site, minutes in found.later.items())
        told.append(gettext("Raided later: {sites}", lang).format(sites=later))
    if not told:
        told.append(gettext("Every arrest stays and no address is raided later; the score below decides.", lang))
    return told
