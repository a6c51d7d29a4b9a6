package dev.carrel.tutor.index;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The words of a text that mean something, each in a form in which it meets its relatives ({@code exams}, {@code exam}):
 * lower case, English endings off, without the words that any question may have.
 */
public final class Terms {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+(?:['’][\\p{L}]+)?");
    private static final Set<String> STOP = Set
            .copyOf(List.of(("a about after again all also am an and any anybody anyone anything are "
                    + "as at be because been before being between both but by can could did do does doing done down each either else "
                    + "ever every exactly few for from further get gets give go goes going got had has have having he her "
                    + "here hers him his how i if in into is it its just know let like many may me mean might mine more "
                    + "most much must my no nor not now of off often on once only or other ought our ours out over own please "
                    + "possible same say shall she should so some somebody someone something still such take tell than that the "
                    + "their theirs them then there these they thing things this those through to too under until up us use used "
                    + "using very want was way we were what when where which while who whom whose why will with within without would "
                    + "bring brings call come comes find happen happens keep leave mean means ok okay put puts show shows start work works "
                    + "per you your yours im ive id whats whens wheres hows isnt arent dont doesnt cant").split(" ")));

    /** "How long", "how thick": the word says what kind of answer is wanted; the answer seldom repeats it. */
    private static final Pattern MEASURE = Pattern.compile(
            "\\bhow (?:long|far|old|fast|large|big|high|hot|cold|thick|heavy|wide|deep|tall|early|late|soon|quickly)\\b");

    /** Common forms that no ending explains. */
    private static final Map<String, String> IRREGULAR = irregular(
            "began begun begin,bought buy,broke broken break,built build,"
                    + "caught catch,children child,chose chosen choose,cost costs cost,cut cutting cut,drew drawn draw,drove driven drive,"
                    + "fell fallen fall,feet foot,felt feel,fought fight,flew flown fly,forgot forgotten forget,found find,froze frozen freeze,"
                    + "grew grown grow,heard hear,held hold,hidden hide,laid lay,led lead,left leave,lent lend,lost lose,made make,met meet,"
                    + "men man,paid pay,ran run,rang rung ring,rode ridden ride,rose risen rise,said say,sang sung sing,seen see,sold sell,"
                    + "sent send,shook shaken shake,slept sleep,spoke spoken speak,spent spend,stolen steal,stood stand,stuck stick,"
                    + "swam swum swim,taught teach,teeth tooth,thought think,threw thrown throw,told tell,took taken take,understood understand,"
                    + "wore worn wear,women woman,won win,wrote written write");

    private Terms() {}

    private static Map<String, String> irregular(String groups) {
        Map<String, String> base = new HashMap<>();
        for (String group : List.of(groups.split(","))) {
            List<String> forms = List.of(group.split(" "));
            forms.forEach(form -> base.put(form, forms.getLast()));
        }
        return Map.copyOf(base);
    }

    /** The terms of {@code text}, in order of appearance. */
    public static Set<String> of(String text) {
        Set<String> terms = new LinkedHashSet<>();
        String words = MEASURE.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" ");
        WORD.matcher(words).results().map(MatchResult::group).map(Terms::bare)
                .filter(word -> !STOP.contains(word)).map(Terms::stem).forEach(terms::add);
        return terms;
    }

    /** The first letters of a longer term, by which it meets more distant relatives (registration, registered). */
    static String root(String term) {
        return term.length() > 5 ? term.substring(0, 5) + "*" : term;
    }

    private static String bare(String word) {
        String straight = word.replace('’', '\'');
        return straight.endsWith("'s") ? straight.substring(0, straight.length() - 2) : straight.replace("'", "");
    }

    /** Harman's S-stemmer (1991) and the endings -ing, -ed and -ly: it joins fewer words than Porter's, and wrongly fewer. */
    private static String stem(String word) {
        String w = IRREGULAR.getOrDefault(word, word);
        if (w.length() > 4 && w.endsWith("ies")) {
            w = w.substring(0, w.length() - 3) + "y";
        } else if (w.length() > 4
                && (w.endsWith("sses") || w.endsWith("ches") || w.endsWith("shes") || w.endsWith("xes"))) {
            w = w.substring(0, w.length() - 2);
        } else if (w.length() > 3 && w.endsWith("s") && !w.endsWith("ss") && !w.endsWith("us") && !w.endsWith("is")) {
            w = w.substring(0, w.length() - 1);
        }
        for (String ending : new String[]{"ing", "ed", "ly"}) {
            if (w.length() > ending.length() + 3 && w.endsWith(ending)) {
                w = w.substring(0, w.length() - ending.length());
                int last = w.length() - 1;
                if (w.charAt(last) == w.charAt(last - 1) && "lsz".indexOf(w.charAt(last)) < 0) {
                    w = w.substring(0, last);
                }
                break;
            }
        }
        return w.length() > 4 && w.endsWith("e") ? w.substring(0, w.length() - 1) : w;
    }
}
