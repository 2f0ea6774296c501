// Shapes that the server sends to a unit's phone, and that it sends back.

interface PhoneReport {
  code: string;
  at: string;
  site?: string;
  suspect?: string;
  place?: string;
  note?: string;
  condition?: string;
  corrects?: string;
}

interface PhoneStep {
  code: string;
  place: string;
  word: string;
  planned: string;
  h: string;
  said: string | null;
  is_over: boolean;
}

interface PhoneChoice {
  code: string;
  word: string;
}

interface PhoneSuspect {
  id: string;
  name: string;
  seen: string[];
  status: string;
  word: string;
  choices: PhoneChoice[];
}

interface PhoneSite {
  id: string;
  address: string;
  facts: [string, string][];
  suspects: PhoneSuspect[];
}

/** What a unit may see: its own people, sites and steps. */
interface PhonePart {
  people: { id: string; name: string; phone: string }[];
  vehicles: string[];
  facts: [string, string][];
  sites: PhoneSite[];
  places: Record<string, string>;
  steps: PhoneStep[];
  free: PhoneChoice[];
  alarms: string[];
  command: { word: string; condition: string; is_heard: boolean } | null;
  is_out: boolean;
  is_debriefed: boolean;
  reviews: string[];
}

/** `own` is nothing before the release; `mark` tells one state from another. */
interface PhoneState {
  mark: string;
  h: string;
  zone: string;
  now: string;
  speed: number;
  release_at: string | null;
  own: PhonePart | null;
}
