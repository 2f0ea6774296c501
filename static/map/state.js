// What the map's page was given, and the minute that it shows; every part of the map reads it here.

export const state = {
  /** @type {MapPage} Set once, before anything is drawn. */
  page: null,
  /** @type {Map<string, MapWay>} By the numbers of their ends, of those that follow roads. */
  ways: new Map(),
};
