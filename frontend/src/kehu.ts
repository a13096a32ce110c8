// The front end: htmx with Kehu's rules, and a few small elements where a page needs more than HTML.
import "./requests";
import "./chrome";
import "./confirm";
import "./groups";
import "./shortcuts"; // before rows: after a g a letter belongs to it
import "./rows";
import "./rules";
import "./sheet";
import "./typing";
import "./elements/arrange";
import "./elements/beside";
import "./elements/board";
import "./elements/chart";
import "./elements/files";
import "./elements/grid";
import "./elements/inline";
import "./elements/live";
import "./elements/lookup";
import "./elements/offers";
import "./elements/palette";
import "./elements/pairs";
import "./elements/panel";
import "./elements/selection";
import "./elements/toast";
