"""Which tests may run beside each other: those of different files, but for files that start whole clusters."""

from pathlib import PurePath

from xdist.scheduler import LoadScopeScheduling

CLUSTERS = ("test_whole", "test_web_whole", "test_jobs_kills", "test_jobs_processes", "test_jobs", "test_jobs_spread")
"""Files whose tests start servers, schedulers and workers by the dozen: one at a time."""

LONG = (
    "test_reasons", "test_all_pages_browser", "test_own", "test_solver", "test_remedies", "test_parcels", "test_rights",
    "test_registers_browser", "test_copies", "test_upkeep", "test_web_browser", "test_role_papers", "test_whatif_web",
    "test_attack", "test_sheets", "test_web_plans", "test_reasons_web", "test_models_turns", "test_paper_view",
    "test_repairs_brute_force", "test_tours", "test_models_backup", "test_sweeps_web", "test_resume_browser",
    "test_odd_documents", "test_law_web", "test_texts", "test_imports_web", "test_pictures", "test_shell",
    "test_map_browser", "test_whatif_browser", "test_web_papers", "test_web_forms", "test_tables_roundtrip",
    "test_registers_keyboard", "test_doctrine_edges", "test_web_reader", "test_web_asking", "test_spread", "test_help",
    "test_imports_browser", "test_web_command", "test_first", "test_law_own", "test_law_gate", "test_damage_at_work",
    "test_models_migrations", "test_restoring", "test_replan", "test_bounds", "test_bounds_cities", "test_improve",
    "test_routes",
)  # fmt: skip
"""Other files that take long, about longest first, as they do on each change."""


def order(file: str) -> int:
    """The place of a file in a run: what takes longest comes first, so that in the end nobody waits for it alone."""
    first = (*CLUSTERS, *LONG)
    return first.index(file) if file in first else len(first)


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out whole files to the processes, and the files with clusters as one."""

    def _split_scope(self, nodeid: str) -> str:
        file = PurePath(nodeid.partition("::")[0]).stem
        return "clusters" if file in CLUSTERS else file
