"""Questions of quizzes and drills: how they are written, read, shown, marked, and how hard they turn out."""
