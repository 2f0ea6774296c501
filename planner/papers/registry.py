"""All documents, each one row: what is not listed here is neither printed nor exported."""

from collections.abc import Mapping

from planner.i18n import N_
from planner.papers.cooperation import cooperation_letters
from planner.papers.custody import custody_registers, interview_boards
from planner.papers.escort import manifests
from planner.papers.evidence import forensic_taskings
from planner.papers.force import agency_orders, check_in_lists, contact_lists, officer_slips, vehicle_lists
from planner.papers.order import operation_orders
from planner.papers.squad import squad_cards
from planner.papers.values import DocumentKind, Paper
from planner.papers.wall import wall_sheets

PAPERS: dict[str, Paper] = {
    paper.name: paper
    for paper in (
        Paper("order", N_("Operation order"), N_("Command and all leaders"), operation_orders),
        Paper("wall", N_("Command post wall sheet"), N_("Command post"), wall_sheets, "a3", is_wide=True),
        Paper("squad", N_("Squad card"), N_("Squad leader"), squad_cards),
        Paper("custody", N_("Custody register and intake list"), N_("Custody place"), custody_registers, is_wide=True),
        Paper("interviews", N_("Interview board"), N_("Custody place"), interview_boards, is_wide=True),
        Paper("escort", N_("Escort manifest"), N_("Unit that delivers"), manifests, is_wide=True),
        Paper("forensics", N_("Forensic tasking"), N_("Forensic unit"), forensic_taskings, is_wide=True),
        Paper("agency", N_("Agency order"), N_("Agency"), agency_orders, is_wide=True),
        Paper("check-in", N_("Assembly check-in list"), N_("Assembly point"), check_in_lists, is_wide=True),
        Paper("slip", N_("Officer's slip"), N_("Officer"), officer_slips, "a5"),
        Paper("vehicles", N_("Vehicle list"), N_("Motor transport"), vehicle_lists, is_wide=True),
        Paper("cooperation", N_("Cooperation letter and enclosures"), N_("Host agency"), cooperation_letters),
        Paper("contacts", N_("Communications and medical plan"), N_("Command and all leaders"), contact_lists),
    )
}
"""Name -> paper, in the order in which they are offered."""
SHEETS = DocumentKind("sheets", N_("Team sheets"), N_("Team commander"))
ORDERS = DocumentKind("orders", N_("Change orders"), N_("Teams that hold the sheets of an earlier plan"))
DOCUMENT_KINDS: Mapping[str, DocumentKind] = {SHEETS.name: SHEETS, **PAPERS, ORDERS.name: ORDERS}
"""Name -> kind of document, whatever its layout; those that are no papers have a layout of their own."""
