// The front end: htmx with Kehu's rules, and a few small elements where a page needs more than HTML.
import "./requests";
import "./chrome";
import "./confirm";
import "./groups";
import "./rows";
import "./elements/board";
import "./elements/chart";
import "./elements/choice";
import "./elements/files";
import "./elements/grid";
import "./elements/live";
import "./elements/lookup";
import "./elements/offers";
import "./elements/palette";
import "./elements/panel";
import "./elements/toast";
