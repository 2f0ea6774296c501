"""One routing core: routes of units over visits that hang together in time, for whatever is to be routed.

A reader writes the question as rows (`problem.Routing`), hands `problem.arrays` of it to `search`, and reads routes and
starts back. It knows the domain; the core knows none. Two rules make the core exact: all visits start as early as the
routes and gaps allow (so the cost must not fall with a later start), and a gap is a longest-path arc.

    problem = arrays(routing)
    routes = annealed(problem, inserted_routes(problem), Clock(Limit(seconds=60, seed=1)))
    starts, cost = schedule(problem, routes)   # cost of 1e5 or more a minute: some hard end is broken

`Limit(work=N)` counts moves and repeats exactly: the same question, seed and N give the same routes.

How units of a plan would be written, the squads standing:

- An escort or forensic crew that might be used is a `Vehicle`: it starts at its base, ends anywhere (None), is ready at
  `ready_home`, `home_by` is what the officers' shifts leave, and `weight` is how many they are.
- A pickup is a `Visit` at the site for `handover_minutes` that opens at the raid's start + `arrest_minutes` and closes
  when the squad's duty would end; an exam opens likewise and closes at + `exam_latest`, with `start_weight` 1.
- Who may do it (skills, a woman, cells) is `Visit.able`.
- A squad that waits for either is a vehicle whose departure is a visit with a `Gap` behind the pickup and the exam. The
  visits of such a group go to different vehicles, so the raid, whose start is known, is no part of it.
- A further raid of a squad is a `Visit` of the squad's vehicle, `due` by the strike window, late_weight its exposure.

Not in the core: loads aboard (a delivery on the same route as its pickup, capacity), and limits on the length of a
route. A reader folds a load into one visit (site to custody and on, as `minutes`), and checks the plan by the rules.

numba compiles on the first use ever (26 s of one core) and keeps the result in __pycache__, which then loads in 1 s;
`problem` does without it, so a command that only reads input never waits.
"""
