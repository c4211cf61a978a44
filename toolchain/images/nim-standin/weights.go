package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const pieces = 20

// folders are where the weights of each profile are.
func folders(profiles []string) []string {
	cache := text("NIM_CACHE_PATH", "/opt/nim/.cache")
	if len(profiles) == 0 {
		return []string{filepath.Join(cache, "default")}
	}
	found := []string{}
	for _, profile := range profiles {
		found = append(found, filepath.Join(cache, profile))
	}
	return found
}

// download writes the weights piece by piece, so that whoever looks too early sees half of them. What an earlier,
// killed download left is written again. The checksum comes last. Every start and end is a line in downloads.log.
func download(arguments []string) error {
	profiles := []string{}
	for _, argument := range arguments {
		if !strings.HasPrefix(argument, "--") {
			profiles = append(profiles, argument)
		}
	}
	for _, folder := range folders(profiles) {
		if err := checkFolder(folder); err == nil {
			log.Printf("%s is complete already", folder)
			continue
		}
		if err := downloadInto(folder); err != nil {
			return err
		}
	}
	return nil
}

func downloadInto(folder string) error {
	if err := os.MkdirAll(folder, 0o775); err != nil {
		return err
	}
	if err := note(folder, "start"); err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(folder, "weights.bin"))
	if err != nil {
		return err
	}
	defer file.Close()
	log.Printf("downloading into %s", folder)
	size, pause := int(number("STANDIN_DOWNLOAD_BYTES", 4<<20)), seconds("STANDIN_DOWNLOAD_SECONDS", 0)/pieces
	sum := sha256.New()
	for piece := range pieces {
		content := make([]byte, size/pieces)
		for index := range content {
			content[index] = byte(piece + index)
		}
		if _, err := io.MultiWriter(file, sum).Write(content); err != nil {
			return err
		}
		time.Sleep(pause)
	}
	if err := file.Sync(); err != nil {
		return err
	}
	checksum := []byte(hex.EncodeToString(sum.Sum(nil)))
	if err := os.WriteFile(filepath.Join(folder, "weights.sha256"), checksum, 0o664); err != nil {
		return err
	}
	return note(folder, "end")
}

func note(folder, word string) error {
	host, _ := os.Hostname()
	file, err := os.OpenFile(filepath.Join(folder, "downloads.log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o664)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = fmt.Fprintf(file, "%s %s\n", word, host)
	return err
}

// checkWeights says what is wrong with the weights that this server would load.
func checkWeights() error {
	return checkFolder(folders(profiles())[0])
}

func profiles() []string {
	if profile := os.Getenv("NIM_MODEL_PROFILE"); profile != "" {
		return []string{profile}
	}
	return nil
}

func checkFolder(folder string) error {
	want, err := os.ReadFile(filepath.Join(folder, "weights.sha256"))
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s holds no complete weights: no checksum", folder)
	} else if err != nil {
		return err
	}
	content, err := os.ReadFile(filepath.Join(folder, "weights.bin"))
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != string(want) {
		return fmt.Errorf("%s holds no complete weights: the checksum differs", folder)
	}
	return nil
}
